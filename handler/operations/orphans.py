"""Enriched objects that no row names: of attempts that were overtaken or killed, and of versions since replaced."""

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from itertools import groupby
from typing import Any

from handler.domain.ticket import TICKET_ID
from handler.operations.access import TABLE, OperationRefused
from handler.operations.listing import Bucket, Listed
from handler.operations.rows import Rows

# An attempt writes its object first and its row last, so a young object may be about to be named. No attempt is longer
# than Lambda's limit of 15 minutes.
LONGEST_ATTEMPT_SECONDS = 900

_OURS = re.compile(f"({TICKET_ID})/[0-9a-f]{{64}}/[0-9]+-[0-9a-f]{{32}}[.]json")  # as storage/results.py writes it


@dataclass(slots=True)
class Orphans:
    """What was found so far. ``foreign`` are objects that nobody of us wrote: they are never touched."""

    objects: int = 0
    named: int = 0
    foreign: int = 0
    too_young: int = 0
    removable: list[str] = field(default_factory=list)
    removed: list[str] = field(default_factory=list)

    def to_row(self) -> dict[str, Any]:
        """As a JSON object."""
        counts = {name: getattr(self, name) for name in ("objects", "named", "foreign", "too_young")}
        return {**counts, "removable": self.removable, "removed": self.removed}


@dataclass(frozen=True, slots=True)
class Clearing:
    """The enriched bucket held against the table."""

    enriched: Bucket
    rows: Rows
    older_than_seconds: float

    def find(self) -> Orphans:
        """One query a ticket: keys begin with the ticket's id, so the bucket lists a ticket's objects together."""
        found = Orphans()
        for ticket_id, group in groupby(self.enriched.objects(), lambda listed: _ticket_id(listed.key)):
            listed = list(group)
            found.objects += len(listed)
            if ticket_id is None:
                found.foreign += len(listed)
            else:
                self._sort(ticket_id, listed, found)
        return found

    def remove(self, found: Orphans) -> None:
        """Removes what is removable, after asking the table again.

        Raises OperationRefused when no object at all is named by a row: rather than that every single result is an
        orphan, the table is another system's.
        """
        if found.removable and not found.named:
            raise OperationRefused(f"{TABLE}: no row names any of the objects; is it the table of this bucket?")
        for ticket_id, keys in groupby(found.removable, lambda key: str(_ticket_id(key))):
            named = set(self.rows.of(ticket_id).values())
            unnamed = [key for key in keys if key not in named]
            self.enriched.delete_newest(unnamed)
            found.removed += unnamed

    def _sort(self, ticket_id: str, group: Iterable[Listed], found: Orphans) -> None:
        named = set(self.rows.of(ticket_id).values())  # after the listing: a row that comes later names a young object
        for listed in group:
            if listed.key in named:
                found.named += 1
            elif listed.age_seconds < self.older_than_seconds:
                found.too_young += 1
            else:
                found.removable.append(listed.key)


def _ticket_id(key: str) -> str | None:
    """Whose object it is; None for one that is not ours."""
    ours = _OURS.fullmatch(key)
    return ours and ours[1]
