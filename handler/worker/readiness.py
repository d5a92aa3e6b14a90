"""What a worker does that cannot begin: exit, for a person, or stay and say why, for Kubernetes.

A pod that exits is started again, and says the same again, for ever; one that stays is alive, is not ready, stops a
rollout, and answers /ready with the reason.
"""

from collections.abc import Callable, Sequence

from handler import telemetry
from handler.domain.errors import EnrichmentError
from handler.domain.taxonomy import TaxonomyError
from handler.service import EnrichmentService
from handler.settings import ProbeSettings
from handler.worker import health
from handler.worker.health import Vital
from handler.worker.shift import Shift

AGAIN_SECONDS = 15.0  # a model volume that a job is filling, a role that is granted: soon enough, and cheap

Services = Sequence[EnrichmentService]
Preparation = Callable[[Callable[[], Services], Shift, Vital], Services]
"""Makes the services; none, if the shift ended first."""


def at_once(make: Callable[[], Services], _shift: Shift, _vital: Vital) -> Services:
    """Now, or raises what ``make`` raises: RetryableError, TaxonomyError, OSError."""
    return make()


def as_soon_as_possible(make: Callable[[], Services], shift: Shift, vital: Vital) -> Services:
    """Tries until it succeeds. Each reason why not is logged once; a bug is raised."""
    while not shift.over:
        vital.seen()
        try:
            return make()
        except (EnrichmentError, TaxonomyError) as error:
            _cannot_start(vital, str(error))
        except OSError as error:  # a volume that may not be read
            _cannot_start(vital, f"{error.filename or 'a file'}: {error.strerror or type(error).__name__}")
        shift.rest(AGAIN_SECONDS)
    return ()


def _cannot_start(vital: Vital, reason: str) -> None:
    if vital.hindered(reason):
        telemetry.logger().error("cannot start", reason=vital.hindrance, again_after_seconds=AGAIN_SECONDS)


def stay(reason: str, probes: ProbeSettings) -> None:
    """Alive and never ready until SIGTERM or SIGINT, for what a new process alone can mend. Raises OSError."""
    shift, vital = Shift(0), Vital()
    shift.heed_signals()
    vital.hindered(reason)
    telemetry.logger().error("cannot start", reason=vital.hindrance)
    with health.served(vital, probes.bind_address, probes.health_port):
        while not shift.over:
            vital.seen()
            shift.rest(health.STUCK_SECONDS / 10)
    telemetry.logger().info("stopped")
