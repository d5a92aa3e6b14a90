"""The stand-in does with a pod what Kubernetes' documentation says that a kubelet does."""

import time
from dataclasses import replace

import pytest

from tests.rehearsal.fleet import Fleet, until
from tests.rehearsal.kubelet import KILLED, Pod
from tests.rehearsal.spec import Probe, Spec, read

PERIOD = 0.01
SPEC = replace(
    read("image"),
    probes={
        "startup": Probe("health", "/health", PERIOD, 1, 5),
        "liveness": Probe("health", "/health", PERIOD, 1, 3),
        "readiness": Probe("health", "/ready", PERIOD, 1, 1),
    },
    pre_stop_seconds=0.0,
    grace_seconds=0.5,
    replicas=2,
    min_ready_seconds=0.0,
)


class Scripted:
    """Answers as it is told; ends on SIGTERM with 0, unless it is deaf."""

    def __init__(self) -> None:
        self.answers = {"/health": 200, "/ready": 200}
        self.deaf = False
        self.started = 0
        self.code: int | None = None

    def start(self) -> None:
        self.started += 1
        self.answers["/health"], self.code = 200, None

    def status(self, port: str, path: str, timeout: float) -> int:
        assert (port, timeout) == ("health", 1)
        return self.answers[path]

    def terminate(self) -> None:
        if not self.deaf:
            self.code = 0

    def kill(self) -> None:
        self.code = KILLED

    def starve(self) -> None:
        self.kill()

    def exit_code(self) -> int | None:
        return self.code

    def remove(self) -> None:
        """It is as it was."""


@pytest.fixture
def pod() -> Pod:
    found = Pod(SPEC, Scripted())
    until(lambda: found.ready, "it does not become ready")
    return found


def scripted(pod: Pod) -> Scripted:
    assert isinstance(pod.sandbox, Scripted)
    return pod.sandbox


def test_a_pod_that_is_not_ready_is_left_alone(pod: Pod) -> None:
    scripted(pod).answers["/ready"] = 503
    until(lambda: not pod.ready, "it stays ready")
    time.sleep(10 * PERIOD)
    assert (scripted(pod).started, pod.exits) == (1, [])
    scripted(pod).answers["/ready"] = 200
    until(lambda: pod.ready, "it does not become ready again")
    assert [ready for _, ready in pod.turns] == [True, False, True]
    pod.remove()


def test_a_pod_that_is_not_alive_is_killed_and_started_again(pod: Pod) -> None:
    scripted(pod).answers["/health"] = 503
    until(lambda: scripted(pod).started == 2, "it is not started again")
    until(lambda: pod.ready, "it does not become ready again")
    assert pod.exits == [KILLED]
    pod.remove()


def test_a_pod_that_ends_is_started_again(pod: Pod) -> None:
    scripted(pod).code = 2
    until(lambda: scripted(pod).started == 2, "it is not started again")
    assert pod.exits == [2]
    pod.remove()


def test_a_pod_that_never_starts_is_killed_and_started_again() -> None:
    class Dead(Scripted):
        def start(self) -> None:
            super().start()
            self.answers["/health"] = 503

    pod = Pod(SPEC, Dead())
    until(lambda: pod.exits[:2] == [KILLED, KILLED], "it is not started again")
    assert pod.turns == []
    pod.remove()


def test_a_pod_goes_by_sigterm_and_is_killed_only_after_its_grace(pod: Pod) -> None:
    assert pod.terminate().code == 0
    deaf = Pod(SPEC, Scripted())
    scripted(deaf).deaf = True
    farewell = deaf.terminate()
    assert farewell.code == KILLED
    assert farewell.seconds >= SPEC.grace_seconds


def test_a_rollout_replaces_every_pod_and_has_one_more_at_a_time() -> None:
    made: list[Scripted] = []

    def make() -> Scripted:
        made.append(Scripted())
        return made[-1]

    with Fleet(SPEC, make) as fleet:
        fleet.await_ready()
        with fleet.counted() as ready:
            farewells = fleet.rolled_out()
        assert [one.code for one in farewells] == [0, 0]
        assert (len(made), min(ready)) == (4, 2)
        assert [one.code for one in made] == [0, 0, None, None]


def test_the_manifest_says_how_pods_are_run() -> None:
    found: Spec = read("image")
    assert found.arguments == ("worker", "--stay")
    assert found.environment["TICKETS_PROFILE"] == "fast"
    assert found.limits == {"cpu": "2", "memory": "4Gi"}
    assert found.scratch == {"/tmp": "256Mi"}  # noqa: S108 - the container's
    assert found.probes["readiness"] == Probe("health", "/ready", 5, 5, 1)
