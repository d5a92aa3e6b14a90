"""A converted model on disk, checked before it is loaded."""

from dataclasses import dataclass
from pathlib import Path

from handler.domain.errors import ModelUnavailable
from handler.inference.artifacts import ArtifactMismatch, converted_folder, verify_manifest
from handler.inference.chunks import Tokens
from handler.inference.pins import ModelPin


@dataclass(frozen=True, slots=True)
class Converted:
    """One model of a model directory in one precision: int8 or float32."""

    pin: ModelPin
    root: Path
    precision: str

    @property
    def folder(self) -> Path:
        """Where it lies."""
        return converted_folder(self.root, self.pin, self.precision)

    def checked(self) -> str:
        """The folder's path. Raises ModelUnavailable, naming the file, the profile and the command that mends it."""
        profile = "full" if "fast" not in self.pin.profiles else "fast"
        mend = f"run 'ticket-processor models fetch --profile {profile}'"
        if not self.folder.is_dir():
            raise ModelUnavailable(f"{self.folder} is missing: {mend}")
        try:
            verify_manifest(self.folder, self.pin)
        except ArtifactMismatch as error:
            raise ArtifactMismatch(f"{error}: {mend}") from None
        return str(self.folder)

    def tokens(self) -> Tokens:
        """Its tokenizer."""
        from tokenizers import Tokenizer  # noqa: PLC0415 - no model library is imported before the first use

        return Tokens(Tokenizer.from_file(str(self.folder / "tokenizer.json")))
