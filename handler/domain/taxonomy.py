"""The intents that tickets are sorted into: data, read from a TOML file, validated, versioned by its content.

A rule says that words speak for an intent, and how much: ``weight`` is added to the intent's log odds, so 0.7 doubles
the odds, 2.3 makes them ten times as high. What may be a phrase or a pattern is said in ``phrases`` and ``patterns``.
"""

import hashlib
import json
import tomllib
from functools import cached_property
from importlib import resources
from pathlib import Path
from typing import Annotated, Self

from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator, model_validator

from handler.domain.patterns import PatternError
from handler.domain.phrases import Search, pattern, phrase
from handler.domain.toml_lines import line_of

SHIPPED = "taxonomy.toml"
MIN_EXAMPLES = 3
MAX_EXAMPLES = 200
MAX_INTENTS = 100
VERSION_DIGITS = 12

Words = Annotated[str, Field(min_length=1, max_length=1_000, pattern=r"\S")]


class TaxonomyError(ValueError):
    """The taxonomy cannot be used. One line: the file, the field, the reason."""


class _Frozen(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Rule(_Frozen):
    """Words that speak for an intent: one plain phrase, or one small pattern."""

    phrase: Words | None = None
    pattern: Words | None = None
    weight: Annotated[float, Field(gt=0, le=5)] = 1.0

    @model_validator(mode="after")
    def _is_one_thing_that_compiles(self) -> Self:
        if (self.phrase is None) == (self.pattern is None):
            raise ValueError("needs either a phrase or a pattern")
        try:
            _ = self.search
        except PatternError as error:
            kind = "phrase" if self.pattern is None else "pattern"
            raise ValueError(f"{kind} {getattr(self, kind)!r} {error}") from None
        return self

    @cached_property
    def search(self) -> Search:
        """Finds it; read once."""
        return phrase(self.phrase) if self.phrase is not None else pattern(self.pattern or "")


class Intent(_Frozen):
    """What a customer may want, said in one sentence, by example messages and by rules."""

    name: Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]{0,63}$")]
    description: Words
    examples: tuple[Words, ...]
    rules: tuple[Rule, ...] = ()

    @field_validator("examples")
    @classmethod
    def _are_enough(cls, examples: tuple[str, ...]) -> tuple[str, ...]:
        if len(examples) < MIN_EXAMPLES:
            raise ValueError(f"at least {MIN_EXAMPLES} are needed")
        if len(examples) > MAX_EXAMPLES:
            raise ValueError(f"at most {MAX_EXAMPLES} are read")
        return examples


class Taxonomy(_Frozen):
    """All intents; ``default`` names the one for tickets that fit no other."""

    default: str
    intents: tuple[Intent, ...]

    @model_validator(mode="after")
    def _is_consistent(self) -> Self:
        if not 2 <= len(self.intents) <= MAX_INTENTS:  # noqa: PLR2004 - one intent is no choice
            raise ValueError(f"intents: 2 to {MAX_INTENTS} are needed")
        if duplicates := sorted({name for name in self.names if self.names.count(name) > 1}):
            raise ValueError(f"intents: more than one is named {duplicates[0]}")
        if self.default not in self.names:
            raise ValueError(f"default: no intent is named {self.default!r}")
        return self

    @property
    def names(self) -> tuple[str, ...]:
        """The intents' names, in the order of the file."""
        return tuple(intent.name for intent in self.intents)

    @cached_property
    def version(self) -> str:
        """Twelve digits that change with the content, and with nothing else (comments, layout)."""
        canonical = json.dumps(self.model_dump(mode="json"), sort_keys=True, separators=(",", ":"))
        return hashlib.sha256(canonical.encode()).hexdigest()[:VERSION_DIGITS]


def load_taxonomy(path: Path | None) -> Taxonomy:
    """The taxonomy in the file, or the shipped one. Raises TaxonomyError."""
    source = resources.files(__package__) / SHIPPED if path is None else path
    text = ""
    try:
        text = source.read_text(encoding="utf-8-sig")
        return Taxonomy.model_validate(tomllib.loads(text))
    except ValidationError as error:
        raise TaxonomyError(f"{source.name}: {_first_fault(error, text)}") from None
    except tomllib.TOMLDecodeError as error:
        raise TaxonomyError(f"{source.name}: is not TOML: {error}") from None
    except UnicodeDecodeError as error:
        raise TaxonomyError(f"{source.name}: is not UTF-8 (byte {error.start})") from None
    except OSError as error:
        raise TaxonomyError(f"{source}: cannot be read: {error.strerror}") from None
    except (ValueError, RecursionError):
        raise TaxonomyError(f"{source.name}: holds a number that is too long, or is nested too deeply") from None


def _first_fault(error: ValidationError, text: str) -> str:
    fault = error.errors(include_url=False, include_input=False)[0]
    field = ".".join(map(str, fault["loc"]))
    reason = fault["msg"].removeprefix("Value error, ")
    line = line_of(text, fault["loc"])
    return (f"{field}: {reason}" if field else reason) + (f" (line {line})" if line else "")
