"""Language of the masked text; "und" (undetermined) where there is too little to tell, never silently English."""

import re
from collections.abc import Sequence
from dataclasses import replace
from typing import ClassVar

from handler.domain.phrases import READ_CHARACTERS
from handler.domain.ports import LanguageModel
from handler.domain.ticket import RawTicket
from handler.pipeline.bands import UNDETERMINED, Bands
from handler.pipeline.base import Draft, Label
from handler.pipeline.work import whole

MIN_LETTERS = 4  # less is an emoticon, a code or "ok"
MIN_PROBABILITY = 0.35  # below, identifiers say English to "cant login" and Dutch to "pls help" alike
BANDS = Bands(high=0.8, medium=0.5)

# What masking left, addresses, and what is encoded: base64 has the letters of no language, and is taken for Russian
_NOT_PROSE = re.compile(r"\[[A-Z0-9_]{2,12}\]|https?://\S{1,2000}|[A-Za-z0-9+/=_-]{40,}+")


class Identify:
    """Fills ``language``."""

    name: ClassVar[str] = "language"
    needs: ClassVar[tuple[str, ...]] = ("redact",)
    work = staticmethod(whole)

    def __init__(self, model: LanguageModel) -> None:
        self._model = model

    def __call__(self, tickets: Sequence[RawTicket], drafts: Sequence[Draft]) -> list[Draft]:  # noqa: ARG002 - Stage
        """See base.Stage. Raises ModelUnavailable."""
        return [replace(draft, language=self._identify(draft.text)) for draft in drafts]

    def _identify(self, text: str) -> Label:
        prose = " ".join(_NOT_PROSE.sub(" ", text[:READ_CHARACTERS]).split())
        if sum(map(str.isalpha, prose)) < MIN_LETTERS:
            return Label(UNDETERMINED, 0.0, "model", "low")
        code, probability = self._model.identify(prose)
        if probability < MIN_PROBABILITY:
            return Label(UNDETERMINED, probability, "model", "low")
        return Label(code, probability, "model", BANDS.of(probability))
