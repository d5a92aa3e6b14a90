"""How far a backfill came: one small file, replaced as a whole after every batch."""

import json
import os
import tempfile
from dataclasses import dataclass
from pathlib import Path

from handler.operations.access import OperationRefused

_DAMAGED = "is no checkpoint of a backfill; remove it to begin anew"
_ANOTHER = "belongs to a backfill of another bucket, prefix or --since; remove it to begin anew"


@dataclass(frozen=True, slots=True)
class Scope:
    """What a backfill goes over; a checkpoint means nothing in another one."""

    bucket: str
    prefix: str = ""
    since: str = ""


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """The last key of which every message was taken by the queue; the listing goes on after it."""

    path: Path
    scope: Scope

    def read(self) -> str:
        """The key to go on after; empty for the beginning. Raises OperationRefused for a file of something else."""
        try:
            saved = json.loads(self.path.read_text(encoding="utf-8"))
            scope, after = Scope(saved["bucket"], saved["prefix"], saved["since"]), saved["after"]
        except FileNotFoundError:
            return ""
        except (ValueError, KeyError, TypeError):
            raise OperationRefused(f"{self.path}: {_DAMAGED}") from None
        if scope != self.scope:
            raise OperationRefused(f"{self.path}: {_ANOTHER}")
        if not isinstance(after, str):
            raise OperationRefused(f"{self.path}: {_DAMAGED}")
        return after

    def write(self, after: str) -> None:
        """Replaces the file: a reader finds the old key or the new one. Raises OSError."""
        saved = {"bucket": self.scope.bucket, "prefix": self.scope.prefix, "since": self.scope.since, "after": after}
        handle, name = tempfile.mkstemp(dir=self.path.parent, prefix=f".{self.path.name}-")
        try:
            with os.fdopen(handle, "w", encoding="utf-8") as file:
                json.dump(saved, file)
                file.flush()
                os.fsync(file.fileno())
            Path(name).replace(self.path)
        finally:
            Path(name).unlink(missing_ok=True)

    def remove(self) -> None:
        """Done: the next run begins anew."""
        self.path.unlink(missing_ok=True)
