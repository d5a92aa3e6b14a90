"""How long a summary may be, and which texts need none."""

MAX_WORDS = 45
MAX_CHARACTERS = 600  # a "word" may have thousands, and the summary stands in the row
READ_CHARACTERS = 20_000  # of one text, as much as the embedder reads

# Tokens of an abstractive summary as transformers counts them: the start and the forced first token included.
MIN_LENGTH = 12
MAX_LENGTH = 44
BEAMS = 4
LENGTH_PENALTY = 2.0
NO_REPEAT_NGRAM_SIZE = 3  # as in the configuration of distilbart-cnn


def is_short(text: str) -> bool:
    """Whether a text is its own summary."""
    return len(text) <= MAX_CHARACTERS and len(text.split()) <= MAX_WORDS
