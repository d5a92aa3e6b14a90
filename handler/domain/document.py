"""JSON from strangers: parsed strictly, or refused with one kind of error."""

import json
import math
from typing import NoReturn


class NotJson(ValueError):
    """The text is not JSON that can be worked with; the message says why and quotes nothing."""


def parse(text: str | bytes) -> object:
    """The value that ``text`` (UTF-8, with or without a byte order mark) stands for.

    Raises NotJson for bad UTF-8, bad syntax, NaN and infinities, integers of thousands of digits, and nesting
    beyond the interpreter's recursion limit. Lone surrogates pass: fields replace them.
    """
    try:
        decoded = text.decode("utf-8-sig") if isinstance(text, bytes) else text.removeprefix("\ufeff")
        return json.loads(decoded, parse_constant=_refuse_constant, parse_float=_finite)
    except UnicodeDecodeError as error:
        raise NotJson(f"is not UTF-8 (byte {error.start})") from None
    except json.JSONDecodeError as error:
        raise NotJson(f"is not JSON (line {error.lineno} column {error.colno})") from None
    except RecursionError:
        raise NotJson("is nested too deeply") from None
    except NotJson:
        raise
    except ValueError:
        raise NotJson("holds a number that is too long") from None


def _refuse_constant(name: str) -> NoReturn:
    raise NotJson(f"holds {name}, which JSON does not have")


def _finite(digits: str) -> float:
    value = float(digits)
    if math.isinf(value):
        raise NotJson("holds a number that is too large")
    return value
