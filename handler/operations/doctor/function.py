"""The rules about the function and its settings: each gives the value that breaks its rule, or None."""

from contextlib import suppress

from handler.inference.cpu import MEGABYTES_PER_VCPU, threads
from handler.operations.doctor.description import Deployment
from handler.settings import PREFIX, DeployedSettings, WorkerSettings

PEAK_MB = {("fast", "ctranslate2"): 136, ("full", "ctranslate2"): 728, ("full", "torch"): 1_656}  # docs/performance.md
ROOM = 1.3
VARIANTS = {"generic": {"x86_64", "arm64"}, "avx2": {"x86_64"}, "arm64": {"arm64"}}  # Lambda documents no AVX-512


def absent(what: Deployment) -> str | None:
    """The function would run into an outage that does not pass."""
    return "; ".join(what.absent) or None


def missing_settings(what: Deployment) -> str | None:
    """The function would not start."""
    fields = DeployedSettings.model_fields.items()
    needed = [f"{PREFIX}{name.upper()}" for name, field in fields if field.is_required()]
    return ", ".join(name for name in needed if not what.function.variables.get(name)) or None


def unknown_settings(what: Deployment) -> str | None:
    """A misspelled one does nothing."""
    known = {f"{PREFIX}{name.upper()}" for name in WorkerSettings.model_fields}
    unknown = sorted(name for name in what.function.variables if name.startswith(PREFIX) and name not in known)
    return ", ".join(unknown) or None


def output_is_input(what: Deployment) -> str | None:
    """A loop that costs money until somebody sees it."""
    enriched = _setting(what, "ENRICHED_BUCKET", "")
    return (
        enriched if enriched and enriched in {_setting(what, "RAW_BUCKET"), _setting(what, "PAYLOAD_BUCKET")} else None
    )


def no_time(what: Deployment) -> str | None:
    """No ticket would ever be begun."""
    reserve = _number(what, "RESERVE_SECONDS", float(DeployedSettings.model_fields["reserve_seconds"].default))
    timeout = what.function.timeout_seconds
    return f"{reserve:g} s of {timeout} s" if reserve >= timeout else None


def little_memory(what: Deployment) -> str | None:
    """The process would be killed, and with it every ticket of its batch, again and again."""
    profile, backend = _setting(what, "PROFILE", "fast"), _setting(what, "BACKEND", "ctranslate2")
    peak = PEAK_MB.get((profile, backend))
    if peak is None or what.function.memory_mb >= ROOM * peak:
        return None
    return f"{what.function.memory_mb} MB; the {profile} profile on {backend} was measured to need {peak} MB"


def many_threads(what: Deployment) -> str | None:
    """They would wait for each other."""
    wanted, memory = int(_number(what, "THREADS", 0)), what.function.memory_mb
    bought = threads(0, memory)
    return f"{wanted} threads, {bought} for {memory} MB at {MEGABYTES_PER_VCPU} each" if wanted > bought else None


def wrong_processor(what: Deployment) -> str | None:
    """The start would be refused on every invocation."""
    variant = _setting(what, "CPU_VARIANT", "generic")
    fits = what.function.architecture in VARIANTS.get(variant, set())
    return None if fits else f"{variant} on {what.function.architecture}"


def _setting(what: Deployment, name: str, unset: str | None = None) -> str:
    return what.function.variables.get(PREFIX + name) or unset or ""


def _number(what: Deployment, name: str, unset: float) -> float:
    with suppress(ValueError):
        return float(_setting(what, name) or unset)
    return unset
