"""The numbers that are deployed: template.yaml's defaults, the ScaledObject's, the Deployment's."""

from functools import lru_cache
from pathlib import Path
from typing import Any

import yaml

from benchmarks.scaling.autoscaler import Scaling
from benchmarks.scaling.function import EventSource
from benchmarks.scaling.pods import Fleet
from handler.operations.doctor.document import read
from handler.settings import WorkerSettings

ROOT = Path(__file__).parents[2]
KUBERNETES = ROOT / "deploy/kubernetes"
Manifest = dict[str, Any]


@lru_cache(maxsize=1)
def event_source() -> EventSource:
    """The defaults of template.yaml's parameters."""
    parameters: Any = read(ROOT / "template.yaml")["Parameters"]
    names = ("BatchSize", "BatchWindowSeconds", "MaximumConcurrency", "MemoryMb")
    return EventSource(*(int(parameters[name]["Default"]) for name in names))


@lru_cache(maxsize=8)
def fleet(overlay: str = "image") -> Fleet:
    """What most overlays run; ``dev`` sleeps while the queue is empty."""
    scaled = _document(KUBERNETES / "components/keda/scaled-object.yaml")
    _patch(scaled, KUBERNETES / f"overlays/{overlay}/asleep.yaml")
    limits = _container(KUBERNETES / "base/deployment.yaml")["resources"]["limits"]
    if overlay == "dev":
        limits = _container(KUBERNETES / "overlays/dev/small.yaml")["resources"]["limits"]
    batch_size = int(WorkerSettings.model_fields["batch_size"].default)
    return Fleet(scaling(scaled["spec"]), batch_size, float(limits["cpu"]))


def scaling(spec: Manifest) -> Scaling:
    """Of a ScaledObject with one trigger and one policy for going down."""
    down = spec["advanced"]["horizontalPodAutoscalerConfig"]["behavior"]["scaleDown"]
    (policy,) = down["policies"]
    (trigger,) = spec["triggers"]
    return Scaling(
        least=spec["minReplicaCount"],
        most=spec["maxReplicaCount"],
        polling=spec["pollingInterval"],
        cooldown=spec["cooldownPeriod"],
        target=int(trigger["metadata"]["queueLength"]),
        down_window=down["stabilizationWindowSeconds"],
        down_pods=policy["value"],
        down_period=policy["periodSeconds"],
    )


def _document(path: Path) -> Manifest:
    first: Manifest = next(iter(yaml.safe_load_all(path.read_text(encoding="utf-8"))))
    return first


def _container(path: Path) -> Manifest:
    containers = _document(path)["spec"]["template"]["spec"]["containers"]
    found: Manifest = next(one for one in containers if one["name"] == "worker")
    return found


def _patch(scaled: Manifest, path: Path) -> None:
    """Only what replaces a number of pods: the rest of dev's patch is about where the queue is."""
    for operation in yaml.safe_load(path.read_text(encoding="utf-8")) if path.is_file() else ():
        parent, _, name = operation["path"].rpartition("/")
        if parent == "/spec" and operation["op"] == "replace":
            scaled["spec"][name] = operation["value"]
