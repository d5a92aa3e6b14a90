"""What a DistilBART summariser is on either backend: which texts it writes a summary of, and how much of one it reads.

Source: https://huggingface.co/sshleifer/distilbart-cnn-6-6
"""

from collections.abc import Callable, Sequence

from handler.domain.ports import Summary
from handler.inference.brevity import is_short
from handler.inference.chunks import Limits
from handler.inference.extractive import verbatim

LIMITS = Limits(tokens=1_022, chunks=1)  # 1,024 positions less <s> and </s>


def summaries(texts: Sequence[str], generate: Callable[[Sequence[str]], Sequence[Summary]]) -> list[Summary]:
    """A summary for each text: short ones are their own, and of equal ones ``generate`` sees one."""
    different = [text for text in dict.fromkeys(texts) if not is_short(text)]
    made = dict(zip(different, generate(different), strict=True)) if different else {}
    return [made[text] if text in made else verbatim(text) for text in texts]
