"""Which language, and when it is not to be told."""

import pytest

from handler.pipeline.base import Label
from handler.pipeline.language import Identify
from tests.pipeline.fakes import FakeLanguage, drafts_of, tickets_of


def _identify(body: str, model: FakeLanguage | None = None) -> Label | None:
    (draft,) = Identify(model or FakeLanguage({"bonjour": "fr", "the": "en"}))(
        tickets_of("seen masked only"), drafts_of(body)
    )
    return draft.language


def test_a_language_that_is_recognised_is_named() -> None:
    """Code and probability come from the model, the band from the probability."""
    assert _identify("Bonjour, je ne peux pas me connecter") == Label("fr", 0.97, "model", "high")


@pytest.mark.parametrize(
    "body", ["", "ok", "12345", "?!", "😀😀😀😀😀", "[EMAIL] [BIRTH_DATE]", "https://example.com/the/path", "bWFu" * 12]
)
def test_too_little_to_tell_is_undetermined(body: str) -> None:
    """Never silently English: without letters of the customer's own nothing is asked and nothing is claimed."""
    model = FakeLanguage({"the": "en"})

    assert _identify(body, model) == Label("und", 0.0, "model", "low")
    assert model.seen == []


def test_a_guess_of_the_model_is_undetermined() -> None:
    """Identifiers answer English to anything; a low probability says that they do not know."""
    assert _identify("cant login") == Label("und", 0.12, "model", "low")


def test_the_model_sees_prose_only() -> None:
    """What masking left behind and addresses are no language."""
    model = FakeLanguage()

    _identify("the mail\nof [EMAIL] at https://example.com/x is lost", model)

    assert model.seen == ["the mail of at is lost"]
