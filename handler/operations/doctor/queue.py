"""The rules about queues and the event source: each function gives the value that breaks its rule, or None."""

from fnmatch import fnmatchcase

from handler.operations.doctor.description import Deployment, Encryption, Grant, Queue

VISIBILITIES_PER_TIMEOUT = 6
LEAST_RECEIVES = 5
MOST_WITHOUT_WINDOW = 10
NEEDED_OF_KEY = ("kms:Decrypt", "kms:GenerateDataKey")


def no_event_source(what: Deployment) -> str | None:
    """Messages would stay where they are."""
    return "none" if what.source is None else None


def short_visibility(what: Deployment) -> str | None:
    """A message would come back while it is worked on."""
    if what.queue is None:
        return None
    window = what.source.window_seconds if what.source else 0
    least = VISIBILITIES_PER_TIMEOUT * what.function.timeout_seconds + window
    seconds = what.queue.visibility_seconds
    if seconds >= least:
        return None
    return f"{seconds} s, and {least} s are needed for a timeout of {what.function.timeout_seconds} s"


def no_redrive(what: Deployment) -> str | None:
    """What can never be processed would come back until it expires."""
    return f"{what.queue.name}: none" if what.queue and what.queue.dead_letter is None else None


def few_receives(what: Deployment) -> str | None:
    """Throttled polls count as receives."""
    receives = what.queue.max_receives if what.queue else None
    return str(receives) if receives is not None and receives < LEAST_RECEIVES else None


def short_retention(what: Deployment) -> str | None:
    """A message that lay for long would be gone from the dead letters at once."""
    if what.queue is None or what.dead_letters is None:
        return None
    kept, before = what.dead_letters.retention_seconds, what.queue.retention_seconds
    return f"{kept} s, the queue {before} s" if kept <= before else None


def not_encrypted(what: Deployment) -> str | None:
    """Tickets at rest in the clear."""
    return ", ".join(queue.name for queue in what.queues if queue.encryption is Encryption.NONE) or None


def no_right_to_key(what: Deployment) -> str | None:
    """Neither poller nor function could read or send."""
    if what.grants is None:
        return None
    missing = {
        f"{action} on {queue.key}"
        for queue in what.queues
        for action in NEEDED_OF_KEY
        if queue.key and not any(_grants(grant, action, queue) for grant in what.grants)
    }
    return ", ".join(sorted(missing)) or None


def _grants(grant: Grant, action: str, queue: Queue) -> bool:
    """A key that is named otherwise than by its ARN cannot be compared: then any key's right will do."""
    acts = any(fnmatchcase(action.lower(), allowed.lower()) for allowed in grant.actions)
    is_arn = str(queue.key).startswith("arn:")
    return acts and (not is_arn or any(fnmatchcase(str(queue.key), allowed) for allowed in grant.resources))


def no_alarm(what: Deployment) -> str | None:
    """Dead letters would lie there until they expire."""
    if what.alarms is None or what.dead_letters is None:
        return None
    name = what.dead_letters.name
    metric = "ApproximateNumberOfMessagesVisible"
    heard = any(alarm.queue == name and alarm.metric == metric and alarm.tells_somebody for alarm in what.alarms)
    return None if heard else f"no alarm with an action on {metric} of {name}"


def no_partial_failures(what: Deployment) -> str | None:
    """An answer would be taken for success of the whole batch."""
    return "not set" if what.source and not what.source.reports_failures else None


def throttled_polls(what: Deployment) -> str | None:
    """Pollers would receive what the function may not take."""
    reserved, source = what.function.reserved_concurrency, what.source
    if reserved is None or source is None:
        return None
    most = source.maximum_concurrency
    if most is not None and reserved >= most:
        return None
    return f"reserved {reserved}, MaximumConcurrency {'not set' if most is None else most}"


def unbounded(what: Deployment) -> str | None:
    """A full queue would take all of the account's concurrency."""
    return "not set" if what.source and what.source.maximum_concurrency is None else None


def no_window(what: Deployment) -> str | None:
    """Lambda refuses such an event source."""
    source = what.source
    if source is None or source.batch_size <= MOST_WITHOUT_WINDOW or source.window_seconds > 0:
        return None
    return f"batches of {source.batch_size}, no window"


def filters(what: Deployment) -> str | None:
    """Tickets would be lost without a trace."""
    return f"{len(what.source.filters)} set" if what.source and what.source.filters else None
