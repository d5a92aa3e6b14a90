"""What happens to pods. Each scene gives its figures; whether the promise was kept, the stores tell in the end."""

import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from tests.invocations import expect
from tests.rehearsal.fleet import Fleet, until
from tests.rehearsal.gate import Gate
from tests.rehearsal.kubelet import KILLED, Farewell, Pod

DRAIN_GRACE_SECONDS = 30.0
OUTAGE_SECONDS = 60.0


@dataclass(frozen=True)
class Stage:
    """Where it happens: the pods, and the gate on their way to AWS."""

    fleet: Fleet
    gate: Gate


Scene = Callable[[Stage], dict[str, Any]]


def rollout(stage: Stage) -> dict[str, Any]:
    """A rolling restart: never fewer pods than there are to be."""
    begun = time.monotonic()
    with stage.fleet.counted() as ready:
        farewells = stage.fleet.rolled_out()
    expect(
        min(ready) >= stage.fleet.spec.replicas, "a rolling restart never leaves fewer pods than there are to be", ready
    )
    expect({0} == {one.code for one in farewells}, "and each old pod ends by itself, within its grace", farewells)
    return {
        "seconds": round(time.monotonic() - begun, 1),
        "least_ready": min(ready),
        "start_to_ready_seconds": _starts(stage.fleet.pods),
        **said(farewells),
    }


def out_of_memory(stage: Stage) -> dict[str, Any]:
    """A pod needs more memory than it has."""
    pod = stage.fleet.pods[0]
    before = len(pod.exits)
    pod.sandbox.starve()
    until(lambda: len(pod.exits) > before, "the pod was not killed")
    expect(pod.exits[-1] == KILLED, "a pod that needs more memory than it has is killed", pod.exits)
    return {"seconds_to_ready_again": round(until(lambda: pod.ready, "it stays away"), 1)}


def drain(stage: Stage) -> dict[str, Any]:
    """A node goes, and gives its pods less time than they ask for: spot instances get so little notice."""
    farewells = [stage.fleet.evicted(stage.fleet.pods[0], DRAIN_GRACE_SECONDS)]
    expect(farewells[0].seconds <= DRAIN_GRACE_SECONDS, "a drained pod is gone in time", farewells)
    stage.fleet.await_ready()
    replaced = _starts(stage.fleet.pods[-1:])
    return {"grace_seconds": DRAIN_GRACE_SECONDS, "replaced_after_seconds": replaced, **said(farewells)}


def outage(stage: Stage) -> dict[str, Any]:
    """AWS is out of reach for a minute: pods say that they are not ready, and nobody restarts them."""
    restarts = _restarts(stage.fleet)
    stage.gate.down.set()
    begun = time.monotonic()
    unready = until(lambda: stage.fleet.ready == 0, "a pod is ready without AWS")
    time.sleep(max(0.0, begun + OUTAGE_SECONDS - time.monotonic()))
    stage.gate.down.clear()
    expect(_restarts(stage.fleet) == restarts, "nobody restarts a pod for an outage", _restarts(stage.fleet))
    return {
        "seconds": OUTAGE_SECONDS,
        "all_unready_after": round(unready, 1),
        "all_ready_again": round(_all_ready(stage.fleet), 1),
    }


SCENES: dict[str, Scene] = {
    "rolling restart": rollout,
    "out of memory": out_of_memory,
    "drain": drain,
    "outage": outage,
}


def _all_ready(fleet: Fleet) -> float:
    begun = time.monotonic()
    fleet.await_ready()
    return time.monotonic() - begun


def _restarts(fleet: Fleet) -> int:
    return sum(len(pod.exits) for pod in fleet.pods)


def _starts(pods: list[Pod]) -> list[float]:
    """From its start to ready, of each pod."""
    return sorted(round(next(at for at, ready in pod.turns if ready) - pod.starts[0], 1) for pod in pods if pod.turns)


def said(farewells: list[Farewell]) -> dict[str, Any]:
    """How pods went."""
    return {
        "sigterm_to_exit_seconds": sorted(round(one.seconds, 1) for one in farewells),
        "exit_codes": sorted(one.code for one in farewells),
    }
