"""Objects of a bucket, as S3 lists them."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import TYPE_CHECKING, Any, TypeVar

from handler.operations.access import naming

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client

THREADS = 16  # each mostly waits for S3, and as many wait side by side as half of the client's connections
NO_VERSION = "null"  # S3's name for what was written without versioning
_Named = TypeVar("_Named", bound="str | Version")


@dataclass(frozen=True, slots=True)
class Listed:
    """An object. ``age_seconds`` is by S3's clock, at the time of the listing."""

    key: str
    last_modified: datetime
    age_seconds: float
    size: int


@dataclass(frozen=True, slots=True)
class Version:
    """One version of an object, or a delete marker."""

    key: str
    version_id: str
    size: int
    is_latest: bool = False
    is_marker: bool = False


@dataclass(frozen=True, slots=True)
class Bucket:
    """A bucket, and the setting that names it."""

    client: "S3Client"
    name: str
    variable: str

    def objects(self, prefix: str = "", after: str = "") -> Iterator[Listed]:
        """The newest version of each object, by key, from the first key after ``after``."""
        start = {"StartAfter": after} if after else {}
        for page in self._pages("list_objects_v2", prefix, **start):
            now = _moment(page)
            for found in page.get("Contents", []):
                modified = found["LastModified"]
                yield Listed(found["Key"], modified, (now - modified).total_seconds(), found["Size"])

    def version_pages(self, prefix: str = "") -> Iterator[list[Version]]:
        """Every version and delete marker, by key; without versioning each object has the version NO_VERSION."""
        for page in self._pages("list_object_versions", prefix):
            yield [*(_version(one) for one in page.get("Versions", [])), *_markers(page)]

    def delete(self, versions: Iterable[Version]) -> list[Version]:
        """Deletes them for good; what was deleted. Raises as ``access.naming``."""
        wanted = list(versions)
        self._each(lambda version: self._delete(version.key, VersionId=version.version_id), wanted)
        return wanted

    def delete_newest(self, keys: list[str]) -> None:
        """Deletes objects, under versioning by a delete marker. Raises as ``delete``."""
        self._each(self._delete, keys)

    def _delete(self, key: str, **version: str) -> None:
        # One call each: DeleteObjects is XML, which cannot name every key that S3 allows, such as one with an escape.
        with naming("S3", self.variable):
            self.client.delete_object(Bucket=self.name, Key=key, **version)  # type: ignore[arg-type]

    @staticmethod
    def _each(delete: Callable[[_Named], None], wanted: Sequence[_Named]) -> None:
        with ThreadPoolExecutor(THREADS) as pool:
            for _ in pool.map(delete, wanted):
                pass

    def _pages(self, operation: Any, prefix: str, **arguments: str) -> Iterator[Any]:
        with naming("S3", self.variable):
            yield from self.client.get_paginator(operation).paginate(Bucket=self.name, Prefix=prefix, **arguments)


def _moment(page: Mapping[str, Any]) -> datetime:
    """When S3 made the listing: a laptop's clock may be minutes wrong, and then so is every age."""
    said = page["ResponseMetadata"].get("HTTPHeaders", {}).get("date")
    return parsedate_to_datetime(said) if said else datetime.now(UTC)


def _version(one: Mapping[str, Any]) -> Version:
    return Version(one["Key"], one["VersionId"], one["Size"], is_latest=one["IsLatest"])


def _markers(page: Mapping[str, Any]) -> list[Version]:
    return [Version(one["Key"], one["VersionId"], 0, is_marker=True) for one in page.get("DeleteMarkers", [])]
