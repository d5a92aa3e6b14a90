"""The simulation's numbers are the deployed ones."""

from benchmarks.scaling.autoscaler import Scaling
from benchmarks.scaling.deployed import event_source, fleet
from benchmarks.scaling.function import EventSource
from tests.deploy import kustomize


def test_the_event_source_is_the_templates() -> None:
    """Ten a batch, no window, ten at once, one processor."""
    assert EventSource(10, 0, 10, 1769) == event_source()


def test_the_fleet_is_the_manifests() -> None:
    """A hundred a batch on two processors, 3 to 10 pods."""
    assert (Scaling(3, 10, 30, 300, 100, 300, 1, 60), 100, 2.0) == (fleet().scaling, fleet().batch_size, fleet().vcpus)


def test_dev_is_what_its_overlay_renders_to() -> None:
    """None to two pods of one processor, read here without kustomize."""
    rendered = kustomize.render(kustomize.KUBERNETES / "overlays/dev")
    scaled = next(one for one in rendered if one["kind"] == "ScaledObject")["spec"]
    assert (scaled["minReplicaCount"], scaled["maxReplicaCount"]) == (
        fleet("dev").scaling.least,
        fleet("dev").scaling.most,
    )
    (worker,) = next(one for one in rendered if one["kind"] == "Deployment")["spec"]["template"]["spec"]["containers"]
    assert float(worker["resources"]["limits"]["cpu"]) == fleet("dev").vcpus
