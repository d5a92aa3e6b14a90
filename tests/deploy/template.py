"""template.yaml as the tests read it."""

from pathlib import Path

from handler.operations.doctor.document import Document, read, under

ROOT = Path(__file__).parents[2]
PATH = ROOT / "template.yaml"
BODY = read(PATH)
IMAGE = "123456789012.dkr.ecr.eu-west-1.amazonaws.com/ticket-processor:1"


def template(**parameters: str) -> Document:
    """The template under ``parameters``, with its functions put in."""
    return under(BODY, {"ImageUri": IMAGE, **parameters})
