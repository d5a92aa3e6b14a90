"""Anybody's text, as it may be shown: nothing in it acts on what shows it. Markup is the business of the place."""


def shown(value: object) -> str:
    """``value`` in one line, without control characters and without marks that turn the direction of writing."""
    return "".join(map(_shown, str(value)))


def _shown(character: str) -> str:
    if character.isspace():
        return " "
    return character if character.isprintable() else "\N{REPLACEMENT CHARACTER}"
