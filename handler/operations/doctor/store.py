"""The rules about table and raw bucket: each function gives the value that breaks its rule, or None."""

from fnmatch import fnmatchcase

from handler.operations.doctor.description import Deployment, Keys

KEYS: Keys = (("ticket_id", "S"), ("created_at", "N"))
INDEXES: dict[str, Keys] = {
    "by-intent": (("intent", "S"), ("created_at", "N")),
    "by-urgency": (("urgency", "S"), ("created_at", "N")),
}


def wrong_keys(what: Deployment) -> str | None:
    """Every commit would be refused."""
    return _shown(what.table.keys) if what.table and what.table.keys != KEYS else None


def wrong_indexes(what: Deployment) -> str | None:
    """Nobody could ask for all tickets of an intent or urgency."""
    if what.table is None:
        return None
    found = what.table.indexes
    wrong = {name: found.get(name) for name, keys in INDEXES.items() if found.get(name) != keys}
    return "; ".join(f"{name}: {_shown(keys) if keys else 'missing'}" for name, keys in wrong.items()) or None


def no_right_to_list(what: Deployment) -> str | None:
    """S3 tells a missing object from a forbidden one only to who may list."""
    bucket = what.function.variables.get("TICKETS_RAW_BUCKET")
    if what.grants is None or not bucket:
        return None
    allowed = any(
        fnmatchcase("s3:listbucket", action.lower()) and _is_about(resource, bucket)
        for grant in what.grants
        for action in grant.actions
        for resource in grant.resources
    )
    return None if allowed else f"no s3:ListBucket on {bucket}"


def _is_about(resource: str, bucket: str) -> bool:
    """Whether a statement's resource is the bucket itself, by name or as the template refers to it."""
    refers = bucket.startswith("${") and resource == f"{bucket[:-1]}.Arn}}"
    return refers or fnmatchcase(bucket, resource.rpartition(":::")[2])


def _shown(keys: Keys) -> str:
    return ", ".join(f"{name} ({kind})" for name, kind in keys)
