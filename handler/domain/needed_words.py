"""Words of which a text has to hold one for a pattern to match: most texts hold none, and need not be searched."""

from handler.domain.patterns import Part, Parts

MOST_WORDS = 200  # of a pattern are listed


class _TooMany(Exception):
    """The words cannot be listed."""


def needed_words(alternatives: tuple[Parts, ...]) -> frozenset[str]:
    """One of these stands in every text that the pattern matches at whole words; none where they cannot be listed.

    They are the words at one place of the pattern: that with the longest ones, for these are rare.
    """
    places = [_begins_with(alternatives)]
    if len(alternatives) == 1:
        (parts,) = alternatives
        places += [_begins_with((parts[i + 1 :],)) for i, part in enumerate(parts[:-1]) if _is_space(part)]
    return max(places, key=lambda words: min(map(len, words), default=0))


def _is_space(part: Part) -> bool:
    return part.characters == {" "} and part.least == part.most == 1


def is_word(character: str) -> bool:
    """Whether words are made of it."""
    return character.isalnum() or character == "_"


def _begins_with(alternatives: tuple[Parts, ...]) -> frozenset[str]:
    ended: set[str] = set()
    try:
        words = _either({""}, alternatives, ended) | ended
    except _TooMany:
        return frozenset()
    return frozenset(words) if "" not in words else frozenset()  # it may begin with what is no word


def _either(begun: set[str], alternatives: tuple[Parts, ...], ended: set[str]) -> set[str]:
    """What the words that have begun grow to; where something else than a word follows them, they have ``ended``."""
    return {word for sequence in alternatives for word in _through(begun, sequence, ended)}


def _through(begun: set[str], sequence: Parts, ended: set[str]) -> set[str]:
    for part in sequence:
        if begun:
            begun = _longer(begun, part, ended) | (begun if part.least == 0 else set())
    return begun


def _longer(begun: set[str], part: Part, ended: set[str]) -> set[str]:
    if part.alternatives:
        return _either(begun, part.alternatives, ended)
    letters = {character for character in part.characters if is_word(character)}
    if not part.characters or part.most > 1 or len(begun) * len(letters) > MOST_WORDS:
        raise _TooMany
    if letters != part.characters:
        ended |= begun
    return {word + letter for word in begun for letter in letters}
