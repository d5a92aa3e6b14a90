"""A published model on disk, checked before it is loaded."""

from dataclasses import dataclass
from pathlib import Path

from handler.domain.errors import ModelUnavailable
from handler.inference.artifacts import source_folder, verify_files
from handler.inference.chunks import Tokens
from handler.inference.conversion.tokenizer import tokenizer_of
from handler.inference.pins import ModelPin


@dataclass(frozen=True, slots=True)
class Published:
    """One model of a model directory as it was published, and how many threads torch may use."""

    pin: ModelPin
    root: Path
    threads: int

    @property
    def folder(self) -> Path:
        """Where it lies."""
        return source_folder(self.root, self.pin)

    def checked(self) -> str:
        """The folder's path. Raises ModelUnavailable, naming the file and the command that fetches it."""
        if not self.folder.is_dir():
            raise ModelUnavailable(f"{self.folder} is missing: run 'ticket-processor models fetch --profile full'")
        verify_files(self.folder, self.pin.files)
        return str(self.folder)

    def tokens(self) -> Tokens:
        """Its tokenizer, as the default backend uses it."""
        return Tokens(tokenizer_of(self.folder))
