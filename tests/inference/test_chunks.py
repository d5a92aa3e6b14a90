"""What stands around a text, whatever the tokenizer calls it."""

from pathlib import Path

import pytest
from tokenizers import Tokenizer
from tokenizers.models import WordLevel

from handler.domain.errors import ModelUnavailable
from handler.inference.chunks import AROUND, Tokens
from tests.inference import small


@pytest.mark.parametrize("around", AROUND)
def test_a_tokenizer_tells_what_stands_around_a_text(around: tuple[str, str, str]) -> None:
    vocabulary = {token: number for number, token in enumerate(("x", *around))}
    assert (1, 2, 3) == Tokens(Tokenizer(WordLevel(vocabulary, unk_token="x"))).around()


def test_a_tokenizer_of_another_kind_is_refused() -> None:
    with pytest.raises(ModelUnavailable, match="CLS"):
        Tokens(Tokenizer(WordLevel({"x": 0}, unk_token="x"))).around()


def test_a_multilingual_tokenizer_is_understood(tmp_path: Path) -> None:
    """As XLM-R's: the start is its first token, the end its third."""
    folder = small.multilingual(tmp_path)
    assert (0, 2, 1) == Tokens(Tokenizer.from_file(str(folder / "tokenizer.json"))).around()
