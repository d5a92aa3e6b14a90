"""Lambda's reading of a function's answer, as its documentation has it."""

from typing import Any

import pytest

from tests.promise.consumers import failed_ids

IDS = ["a", "b"]


@pytest.mark.parametrize(
    ("answer", "failed"),
    [
        (None, []),
        ({}, []),
        ({"batchItemFailures": []}, []),
        ({"batchItemFailures": None}, []),
        ({"batchItemFailures": [{"itemIdentifier": "a"}]}, ["a"]),
        ({"batchItemFailures": [{"itemIdentifier": "a"}, {"itemIdentifier": "b"}]}, IDS),
        ({"batchItemFailures": [{"itemIdentifier": ""}]}, IDS),
        ({"batchItemFailures": [{"itemIdentifier": None}]}, IDS),
        ({"batchItemFailures": [{"id": "a"}]}, IDS),
        ({"batchItemFailures": [{"itemIdentifier": "c"}]}, IDS),
        ({"batchItemFailures": [{"itemIdentifier": "a"}, {"itemIdentifier": "c"}]}, IDS),
    ],
)
def test_what_comes_back_after_an_answer(answer: Any, failed: list[str]) -> None:
    """In doubt the whole batch failed: docs.aws.amazon.com/lambda/latest/dg/services-sqs-errorhandling.html."""
    assert set(failed) == failed_ids(answer, IDS)
