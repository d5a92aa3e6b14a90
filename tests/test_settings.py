"""Settings: every mistake is told at once, by the name of its variable."""

import pytest
from pydantic import ValidationError

from handler.settings import DeployedSettings, Settings, explain

ADDRESSES = {"RAW_BUCKET": "raw", "ENRICHED_BUCKET": "enriched", "TABLE": "t", "DLQ_URL": "http://dlq"}


def deployed(monkeypatch: pytest.MonkeyPatch, **changes: str) -> DeployedSettings:
    for name, value in {**ADDRESSES, **changes}.items():
        monkeypatch.setenv(f"TICKETS_{name}", value)
    return DeployedSettings()


def test_the_embedded_default_needs_no_setting() -> None:
    """On a laptop nothing has to be set."""
    assert ("fast", "mask", "keep") == (Settings().profile, Settings().pii, Settings().on_partial)


@pytest.mark.parametrize(
    ("changes", "named"),
    [
        ({"PIPELINE_VERSION": "0"}, "TICKETS_PIPELINE_VERSION: Input should be greater than or equal to 1"),
        ({"PROFILE": "huge"}, "TICKETS_PROFILE: Input should be 'fast'"),
        ({"TABLE": ""}, "TICKETS_TABLE: Field required"),
        ({"ENRICHED_BUCKET": "raw"}, "TICKETS_ENRICHED_BUCKET must be another bucket than the ones that are read"),
        ({"QUEUE_URL": "http://dlq"}, "TICKETS_DLQ_URL must be another queue than TICKETS_QUEUE_URL"),
    ],
)
def test_a_mistake_names_its_variable(monkeypatch: pytest.MonkeyPatch, changes: dict[str, str], named: str) -> None:
    """One line that a person can act on, without the value."""
    with pytest.raises(ValidationError) as caught:
        deployed(monkeypatch, **changes)
    assert explain(caught.value).startswith(named)


def test_lambda_tells_its_memory_by_its_own_variable(monkeypatch: pytest.MonkeyPatch) -> None:
    """Threads follow from it."""
    monkeypatch.setenv("AWS_LAMBDA_FUNCTION_MEMORY_SIZE", "3538")
    assert 3538 == Settings().memory_mb


def test_settings_do_not_change() -> None:
    """What was validated stays valid."""
    with pytest.raises(ValidationError):
        Settings().profile = "fast"  # type: ignore[misc] # that is what is tested
