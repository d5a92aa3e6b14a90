"""What a rendered Deployment says of its pods, read so that a container or a process can be run by it."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.deploy.kustomize import KUBERNETES, Object, render


@dataclass(frozen=True)
class Probe:
    """An HTTP question of the kubelet's. ``port`` is the name of a port; times are in seconds."""

    port: str
    path: str
    period: float
    timeout: float
    failures: int


@dataclass(frozen=True)
class Spec:
    """A pod of one container, and how many there are. Quantities are Kubernetes' own: ``2``, ``4Gi``."""

    arguments: tuple[str, ...]
    environment: Mapping[str, str]
    ports: Mapping[str, int]
    probes: Mapping[str, Probe]
    security: Mapping[str, Any]
    limits: Mapping[str, str]
    scratch: Mapping[str, str]
    pre_stop_seconds: float
    grace_seconds: float
    replicas: int
    min_ready_seconds: float


def read(overlay: str) -> Spec:
    """The Deployment of ``deploy/kubernetes/overlays/OVERLAY``, its settings included."""
    return spec(render(Path(KUBERNETES, "overlays", overlay)))


def spec(objects: list[Object]) -> Spec:
    """The one Deployment among ``objects``. Whatever this does not know of a pod is refused by ``KeyError``."""
    (deployment,) = [one["spec"] for one in objects if one["kind"] == "Deployment"]
    pod = deployment["template"]["spec"]
    (container,) = pod["containers"]
    return Spec(
        arguments=tuple(container["args"]),
        environment=_environment(container, objects),
        ports={one["name"]: one["containerPort"] for one in container["ports"]},
        probes={kind: _probe(container[f"{kind}Probe"]) for kind in ("startup", "liveness", "readiness")},
        security=pod["securityContext"] | container["securityContext"],
        limits=container["resources"]["limits"],
        scratch=_scratch(container, pod["volumes"]),
        pre_stop_seconds=container["lifecycle"]["preStop"]["sleep"]["seconds"],
        grace_seconds=pod["terminationGracePeriodSeconds"],
        replicas=_replicas(deployment, objects),
        min_ready_seconds=deployment["minReadySeconds"],
    )


def _replicas(deployment: Object, objects: list[Object]) -> int:
    """The Deployment's, or where it leaves that to KEDA the least that there are."""
    scalers = [one["spec"]["minReplicaCount"] for one in objects if one["kind"] == "ScaledObject"]
    return int(deployment["replicas"] if "replicas" in deployment else min(scalers))


def _environment(container: Object, objects: list[Object]) -> dict[str, str]:
    maps = {one["metadata"]["name"]: one["data"] for one in objects if one["kind"] == "ConfigMap"}
    found: dict[str, str] = {}
    for source in container["envFrom"]:
        if "configMapRef" in source:
            found |= maps[source["configMapRef"]["name"]]
    return found | {one["name"]: one["value"] for one in container["env"]}


def _probe(body: Object) -> Probe:
    """Defaults are Kubernetes' own."""
    question = body["httpGet"]
    return Probe(
        question["port"],
        question["path"],
        body.get("periodSeconds", 10),
        body.get("timeoutSeconds", 1),
        body.get("failureThreshold", 3),
    )


def _scratch(container: Object, volumes: list[Object]) -> dict[str, str]:
    """The size of each empty directory, by where it is mounted."""
    sizes = {one["name"]: one["emptyDir"]["sizeLimit"] for one in volumes}
    return {one["mountPath"]: sizes[one["name"]] for one in container["volumeMounts"]}
