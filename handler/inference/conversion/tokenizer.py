"""The tokenizer of a published model: as it is, or put together from a vocabulary where that is all there is."""

import json
from pathlib import Path
from typing import Any

from handler.domain.errors import ModelUnavailable


def tokenizer_of(source: Path) -> Any:
    """A ``tokenizers.Tokenizer``. Raises ModelUnavailable, naming the folder, where no known files are."""
    from tokenizers import Tokenizer  # noqa: PLC0415 - no model library is imported before it is needed

    if (source / "tokenizer.json").is_file():
        return Tokenizer.from_file(str(source / "tokenizer.json"))
    if (source / "vocab.txt").is_file():
        return _word_pieces(source)
    if (source / "vocab.json").is_file() and (source / "merges.txt").is_file():
        return _byte_pairs(source)
    raise ModelUnavailable(f"{source} has neither tokenizer.json nor vocab.txt nor vocab.json with merges.txt")


def tokens_of(tokenizer: Any) -> list[str]:
    """Every token, in the order of its number."""
    vocabulary: dict[str, int] = tokenizer.get_vocab()
    return sorted(vocabulary, key=vocabulary.__getitem__)


def _word_pieces(source: Path) -> Any:
    from tokenizers import BertWordPieceTokenizer, Tokenizer  # noqa: PLC0415 - as above

    settings = source / "tokenizer_config.json"
    lowercase = not settings.is_file() or json.loads(settings.read_text(encoding="utf-8")).get("do_lower_case", True)
    pieces = BertWordPieceTokenizer(str(source / "vocab.txt"), lowercase=lowercase)
    return Tokenizer.from_str(pieces.to_str())


def _byte_pairs(source: Path) -> Any:
    from tokenizers import ByteLevelBPETokenizer, Tokenizer  # noqa: PLC0415 - as above

    pairs = ByteLevelBPETokenizer(str(source / "vocab.json"), str(source / "merges.txt"))
    pairs.add_special_tokens(["<s>", "<pad>", "</s>", "<unk>"])
    return Tokenizer.from_str(pairs.to_str())
