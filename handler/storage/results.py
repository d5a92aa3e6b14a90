"""Where results are committed on AWS: the object in S3 first, then the row in DynamoDB that names it."""

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from handler.domain.version import CommittedRow, EnrichedVersion, TicketKey, TicketVersion
from handler.storage.dynamodb import DynamoRows
from handler.storage.s3 import S3Objects


@dataclass(frozen=True, slots=True)
class AwsResultStore:
    """A ResultStore. A writer that dies or loses between the two leaves an orphan, which no row names."""

    objects: S3Objects
    rows: DynamoRows

    def read(self, keys: Sequence[TicketKey]) -> Mapping[TicketKey, CommittedRow | None]:
        """See ports.ResultStore."""
        return self.rows.read(keys)

    def write(self, result: EnrichedVersion) -> str:
        """See ports.ResultStore. The attempt's random id makes the key new: an object is never written twice."""
        version = result.version
        attempt = f"{result.pipeline_version}-{uuid.uuid4().hex}"
        key = f"{version.key.ticket_id}/{version.content_hash}/{attempt}.json"
        self.objects.put(key, result.enriched.to_json())
        return key

    def commit(self, result: EnrichedVersion, s3_key: str) -> bool:
        """See ports.ResultStore."""
        return self.rows.commit(result, s3_key)

    def advance(self, version: TicketVersion) -> bool:
        """See ports.ResultStore."""
        return self.rows.advance(version)
