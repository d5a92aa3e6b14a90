"""What deploy/kubernetes says agrees with itself, with the code and with the original, in every overlay."""

import os
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import pytest
import yaml

import handler
from handler.aws import READ_SECONDS
from handler.entry import STAYING
from handler.inference.cpu import NEEDS
from handler.settings import PREFIX, WorkerSettings
from handler.worker.health import STUCK_SECONDS
from handler.worker.loop import LONG_POLL_SECONDS
from handler.worker.readiness import AGAIN_SECONDS
from tests.deploy.custom_resources import check
from tests.deploy.kustomize import KUBERNETES, OVERLAYS, Object, documents, render

ROOT = Path(__file__).parents[2]
NAMES = {overlay.name: overlay for overlay in OVERLAYS}
FLEETS = [name for name in NAMES if name != "dev"]
OF_BOTO3 = {"AWS_DEFAULT_REGION", "AWS_ENDPOINT_URL", "AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"}
LABELS = {"fma": "FMA3"}  # node-feature-discovery's name for the kernel's; the others differ in case alone

every = pytest.mark.parametrize("overlay", NAMES)
fleet = pytest.mark.parametrize("overlay", FLEETS)


@cache
def objects(overlay: str) -> list[Object]:
    return render(NAMES[overlay])


def of_kind(overlay: str, kind: str) -> list[Object]:
    return [one for one in objects(overlay) if one["kind"] == kind]


def the(overlay: str, kind: str, name: str = "ticket-processor") -> Object:
    (found,) = [one for one in of_kind(overlay, kind) if one["metadata"]["name"] == name]
    return found


def pods(overlay: str) -> list[Object]:
    """The template of each workload."""
    return [one["spec"]["template"] for kind in ("Deployment", "Job") for one in of_kind(overlay, kind)]


def containers(pod: Object) -> list[Object]:
    found: list[Object] = pod["spec"]["containers"] + pod["spec"].get("initContainers", [])
    return found


def worker_pod(overlay: str) -> Object:
    pod: Object = the(overlay, "Deployment")["spec"]["template"]
    return pod


def worker(overlay: str) -> Object:
    (found,) = worker_pod(overlay)["spec"]["containers"]
    return dict(found)


def environment(overlay: str) -> dict[str, str]:
    """What the worker's process is given."""
    (settings,) = of_kind(overlay, "ConfigMap")
    return {**settings["data"], **{one["name"]: one["value"] for one in worker(overlay)["env"]}}


def settings(overlay: str) -> WorkerSettings:
    """As the code reads them; it raises for what is missing or wrong."""
    with pytest.MonkeyPatch.context() as patch:
        for name, value in environment(overlay).items():
            patch.setenv(name, value)
        return WorkerSettings()


def least_and_most(overlay: str) -> tuple[int, int]:
    """Pods, as the scaler keeps them."""
    scalers = [one["spec"] for kind in ("ScaledObject", "HorizontalPodAutoscaler") for one in of_kind(overlay, kind)]
    (spec,) = scalers
    return spec.get("minReplicaCount", spec.get("minReplicas")), spec.get("maxReplicaCount", spec.get("maxReplicas"))


@every
def test_every_required_setting_is_set_and_every_variable_is_one_that_is_read(overlay: str) -> None:
    """A misspelled one would change nothing, in silence."""
    assert settings(overlay).queue_url
    read = {
        str(field.validation_alias or f"{PREFIX}{name.upper()}") for name, field in WorkerSettings.model_fields.items()
    }
    assert set() == set(environment(overlay)) - read - OF_BOTO3 - {"HOME"}


@every
def test_the_grace_period_is_longer_than_a_poll_and_the_longest_batch(overlay: str) -> None:
    """Else SIGKILL comes first, and what is in hand waits for its visibility. The kubelet counts preStop in."""
    spec, read = worker_pod(overlay)["spec"], settings(overlay)
    before = worker(overlay)["lifecycle"]["preStop"]["sleep"]["seconds"]
    needed = before + LONG_POLL_SECONDS + read.grace_seconds
    assert needed < spec["terminationGracePeriodSeconds"] <= needed + READ_SECONDS
    assert read.visibility_seconds > spec["terminationGracePeriodSeconds"]


@fleet
def test_a_budget_leaves_work_to_do_while_a_node_is_drained(overlay: str) -> None:
    budget = the(overlay, "PodDisruptionBudget")["spec"]
    assert 1 == budget["maxUnavailable"] < least_and_most(overlay)[0]


@fleet
def test_three_to_ten_pods_with_the_original_s_resources(overlay: str) -> None:
    assert (3, 10) == least_and_most(overlay)
    original = {"requests": {"cpu": "1", "memory": "2Gi"}, "limits": {"cpu": "2", "memory": "4Gi"}}
    assert original == worker(overlay)["resources"]
    assert original["limits"]["cpu"] == environment(overlay)["TICKETS_THREADS"]


def test_three_pods_where_nothing_scales() -> None:
    (deployment,) = documents(KUBERNETES / "base/deployment.yaml")
    assert 3 == deployment["spec"]["replicas"]


def test_the_laptop_sleeps_while_the_queue_is_empty() -> None:
    assert 0 == least_and_most("dev")[0]
    assert [] == of_kind("dev", "PodDisruptionBudget")


@every
def test_one_scaler_writes_the_number_of_pods_and_nothing_else_does(overlay: str) -> None:
    """KEDA makes an autoscaler of its own: beside ours the two would undo each other."""
    (scaler,) = of_kind(overlay, "ScaledObject") + of_kind(overlay, "HorizontalPodAutoscaler")
    deployment = the(overlay, "Deployment")
    assert deployment["metadata"]["name"] == scaler["spec"]["scaleTargetRef"]["name"]
    assert "replicas" not in deployment["spec"]
    assert (overlay == "hpa") == (scaler["kind"] == "HorizontalPodAutoscaler")


@pytest.mark.parametrize("overlay", [name for name in NAMES if name != "hpa"])
def test_pods_are_counted_in_batches_of_the_queue_that_is_worked_on(overlay: str) -> None:
    (trigger,) = the(overlay, "ScaledObject")["spec"]["triggers"]
    metadata, read = trigger["metadata"], environment(overlay)
    assert settings(overlay).batch_size == int(metadata["queueLength"])
    assert "TICKETS_QUEUE_URL" == metadata["queueURLFromEnv"]
    assert read["AWS_DEFAULT_REGION"] == metadata["awsRegion"]
    assert read.get("AWS_ENDPOINT_URL") == metadata.get("awsEndpoint")
    assert the(overlay, "TriggerAuthentication")["metadata"]["name"] == trigger["authenticationRef"]["name"]


@every
def test_ports_and_paths_are_the_code_s(overlay: str) -> None:
    read, container = settings(overlay), worker(overlay)
    ports = {port["name"]: port["containerPort"] for port in container["ports"]}
    assert {"health": read.health_port, "metrics": read.metrics_port} == ports
    service = the(overlay, "Service")["spec"]["ports"]
    assert ports == {port["targetPort"]: port["port"] for port in service}
    probes = {name: container[f"{name}Probe"]["httpGet"] for name in ("startup", "liveness", "readiness")}
    assert {"health"} == {probe["port"] for probe in probes.values()}
    assert {"startup": "/health", "liveness": "/health", "readiness": "/ready"} == {
        name: probe["path"] for name, probe in probes.items()
    }


@every
def test_the_pod_stays_when_it_cannot_start(overlay: str) -> None:
    """The guard of the processor compares these very words (handler/entry.py)."""
    assert STAYING == worker(overlay)["args"]


@every
def test_selectors_select_the_workers_and_nothing_else(overlay: str) -> None:
    selectors = [
        the(overlay, kind)["spec"]["selector"] for kind in ("Deployment", *_of("PodDisruptionBudget", overlay))
    ]
    wanted = [selector["matchLabels"] for selector in selectors]
    wanted += [one["labelSelector"]["matchLabels"] for one in worker_pod(overlay)["spec"]["topologySpreadConstraints"]]
    wanted += [the(overlay, "Service")["spec"]["selector"], _policy(overlay)["podSelector"]["matchLabels"]]
    for labels in wanted:
        assert [worker_pod(overlay)] == [
            pod for pod in pods(overlay) if labels.items() <= pod["metadata"]["labels"].items()
        ]


def _of(kind: str, overlay: str) -> list[str]:
    return [kind] if of_kind(overlay, kind) else []


@every
def test_no_token_of_the_cluster_is_mounted(overlay: str) -> None:
    accounts = {one["metadata"]["name"]: one for one in of_kind(overlay, "ServiceAccount")}
    for pod in pods(overlay):
        assert pod["spec"]["automountServiceAccountToken"] is False
        assert accounts[pod["spec"]["serviceAccountName"]]["automountServiceAccountToken"] is False


@every
def test_nothing_runs_as_root_or_writes_where_it_should_not(overlay: str) -> None:
    """What Pod Security calls restricted, which the namespace enforces, and a read-only root besides."""
    (namespace,) = of_kind(overlay, "Namespace")
    assert "restricted" == namespace["metadata"]["labels"]["pod-security.kubernetes.io/enforce"]
    for pod in pods(overlay):
        context = pod["spec"]["securityContext"]
        assert (True, "RuntimeDefault") == (context["runAsNonRoot"], context["seccompProfile"]["type"])
        assert context["runAsUser"] > 10_000, "no user of the node's"
        assert not {"hostNetwork", "hostPID", "hostIPC"} & pod["spec"].keys()
        for one in containers(pod):
            own = one["securityContext"]
            assert (False, True, ["ALL"]) == (
                own["allowPrivilegeEscalation"],
                own["readOnlyRootFilesystem"],
                own["capabilities"]["drop"],
            )
            assert not {"runAsUser", "runAsNonRoot", "seccompProfile"} & own.keys()


def _policy(overlay: str) -> Object:
    spec: Object = the(overlay, "NetworkPolicy")["spec"]
    return spec


DNS = {("UDP", 53), ("TCP", 53)}


@every
def test_the_network_leaves_dns_aws_and_the_scrape(overlay: str) -> None:
    """Exactly: anything else would be a way out for what tickets say."""
    nothing = the(overlay, "NetworkPolicy", "nothing")["spec"]
    assert {"podSelector": {}, "policyTypes": ["Ingress", "Egress"]} == nothing
    policy = _policy(overlay)
    assert ["Ingress", "Egress"] == policy["policyTypes"]
    (scrape,) = policy["ingress"]
    assert [{"protocol": "TCP", "port": "metrics"}] == scrape["ports"]
    assert ["namespaceSelector"] == [kind for peer in scrape["from"] for kind in peer]
    dns, aws = policy["egress"]
    assert DNS == {(port["protocol"], port["port"]) for port in dns["ports"]}
    assert ["namespaceSelector", "podSelector"] == sorted(kind for peer in dns["to"] for kind in peer)
    assert [("TCP", 4566 if overlay == "dev" else 443)] == [(port["protocol"], port["port"]) for port in aws["ports"]]
    assert {"ipBlock"} == {kind for peer in aws["to"] for kind in peer}
    assert "0.0.0.0/0" not in {peer["ipBlock"]["cidr"] for peer in aws["to"]}


@every
def test_every_image_is_named_once_and_never_latest(overlay: str) -> None:
    """``kustomize edit set image`` changes all there is; the variant's tag is the one that deploy/ecr-push.sh gives."""
    images = {one["image"] for pod in pods(overlay) for one in containers(pod)}
    (image,) = images
    repository, tag = image.rsplit(":", 1)
    assert tag != "latest"
    variant = environment(overlay).get("TICKETS_CPU_VARIANT", "generic")
    if overlay not in {"flox", "dev"}:
        assert (f"{handler.__version__}-{variant}", True) == (tag, repository.endswith("ticket-processor-worker"))


def test_manifests_name_the_image_by_one_word() -> None:
    """Which the overlays replace; an address in a manifest could be replaced nowhere."""
    named = {image for path in sorted(KUBERNETES.rglob("*.yaml")) for one in documents(path) for image in _images(one)}
    assert {"ticket-processor-worker"} == named


def _images(node: Any) -> Iterator[str]:
    for child in node.values() if isinstance(node, dict) else node if isinstance(node, list) else ():
        yield from _images(child)
    if isinstance(node, dict) and isinstance(node.get("image"), str):
        yield node["image"]


@every
def test_every_name_that_is_referred_to_exists_or_is_optional(overlay: str) -> None:
    known = {(one["kind"], one["metadata"]["name"]) for one in objects(overlay)}
    for pod in pods(overlay):
        for one in containers(pod):
            assert {mount["name"] for mount in one["volumeMounts"]} <= {
                volume["name"] for volume in pod["spec"]["volumes"]
            }
        assert [] == [missing for missing in _references(pod["spec"]) if missing not in known]


def _references(spec: Object) -> Iterator[tuple[str, str]]:
    for one in [*spec["containers"], *spec.get("initContainers", [])]:
        for source in one["envFrom"]:
            for kind, reference in source.items():
                if not reference.get("optional"):
                    yield (
                        kind.removesuffix("Ref").replace("configMap", "ConfigMap").replace("secret", "Secret"),
                        reference["name"],
                    )
    for volume in spec["volumes"]:
        if "persistentVolumeClaim" in volume:
            yield "PersistentVolumeClaim", volume["persistentVolumeClaim"]["claimName"]
        assert volume.get("secret", {"optional": True})["optional"]
    yield "ServiceAccount", spec["serviceAccountName"]
    if "runtimeClassName" in spec:
        yield "RuntimeClass", spec["runtimeClassName"]


@every
def test_no_secret_is_written_down(overlay: str) -> None:
    """Only names of secrets, but for the emulator's public words."""
    assert [] == of_kind(overlay, "Secret")
    keys = {name: value for name, value in environment(overlay).items() if "SECRET" in name or "KEY" in name}
    assert (["test", "test"] if overlay == "dev" else []) == list(keys.values())


@pytest.mark.parametrize("variant", ["avx2", "avx512", "arm64"])
def test_nodes_have_what_the_guard_demands(variant: str) -> None:
    """A pod that is placed elsewhere would stand there unready."""
    affinity = worker_pod(variant)["spec"]["affinity"]["nodeAffinity"]["requiredDuringSchedulingIgnoredDuringExecution"]
    (term,) = affinity["nodeSelectorTerms"]
    arch, *features = term["matchExpressions"]
    assert ("kubernetes.io/arch", ["arm64" if variant == "arm64" else "amd64"]) == (arch["key"], arch["values"])
    wanted = {f"feature.node.kubernetes.io/cpu-cpuid.{LABELS.get(name, name.upper())}" for name in NEEDS[variant]}
    assert wanted == {feature["key"] for feature in features}
    assert variant == environment(variant)["TICKETS_CPU_VARIANT"]


def test_the_workers_read_the_model_volume_and_the_job_alone_writes_it() -> None:
    """And checks, in a container that reads as they do, what it has written."""
    spec = worker_pod("model-volume")["spec"]
    assert environment("model-volume")["TICKETS_MODEL_DIR"] == _mounted(worker("model-volume"))["mountPath"]
    read_only = (_mounted(worker("model-volume"))["readOnly"], _claim(spec)["readOnly"])
    assert (True, True) == read_only
    job = the("model-volume", "Job", "ticket-processor-models")["spec"]["template"]["spec"]
    (fetch,), (verify,) = job["initContainers"], job["containers"]
    assert (["models", "fetch"], ["models", "verify"]) == (fetch["args"], verify["args"])
    assert (False, True) == (_mounted(fetch).get("readOnly", False), _mounted(verify)["readOnly"])
    claim = the("model-volume", "PersistentVolumeClaim", "ticket-processor-models")
    assert "ReadOnlyMany" in claim["spec"]["accessModes"]
    assert _claim(spec)["claimName"] == _claim(job)["claimName"] == claim["metadata"]["name"]


def _mounted(container: Object) -> Object:
    (found,) = [mount for mount in container["volumeMounts"] if mount["name"] == "models"]
    return dict(found)


def _claim(spec: Object) -> Object:
    (found,) = [volume["persistentVolumeClaim"] for volume in spec["volumes"] if volume["name"] == "models"]
    return dict(found)


def test_imageless_pods_name_a_generation_and_run_where_the_shim_is() -> None:
    """Without a generation a pod that restarts may run another package than its neighbours."""
    pod = worker_pod("flox")
    owner, _, generation = pod["metadata"]["annotations"]["flox.dev/environment"].rpartition(":")
    assert generation.isdecimal()
    assert "ticket-processor-avx2" == owner.rpartition("/")[2]
    (runtime,) = of_kind("flox", "RuntimeClass")
    assert ("flox", {"flox.dev/enabled": "true"}) == (runtime["handler"], runtime["scheduling"]["nodeSelector"])
    assert ("flox/empty:1.0.0", ["ticket-processor"]) == (worker("flox")["image"], worker("flox")["command"])


OF_KUBERNETES = {"", "apps", "autoscaling", "batch", "networking.k8s.io", "node.k8s.io", "policy", "scheduling.k8s.io"}


@every
def test_custom_resources_have_the_fields_of_their_documentation(overlay: str) -> None:
    """kubernetes-validate, which `make kube` runs on all else, only warns of kinds that it does not know."""
    for one in objects(overlay):
        group = one["apiVersion"].rpartition("/")[0]
        if group not in OF_KUBERNETES:
            check(one)


def test_the_example_of_a_secret_from_outside_is_one() -> None:
    (example,) = documents(KUBERNETES / "components/external-secret/external-secret.yaml")
    check({**example, "metadata": {**example["metadata"], "namespace": "ticket-processor"}})
    (optional,) = [one["secretRef"] for one in worker("image")["envFrom"] if "secretRef" in one]
    assert optional["name"] == example["spec"]["target"]["name"]
    assert OF_BOTO3 >= {one["secretKey"] for one in example["spec"]["data"]}


def test_with_public_addresses_of_aws_the_neighbours_stay_out_of_reach() -> None:
    """Pods and nodes beside us, and the node's metadata, which would hand out its role."""
    (patch,) = documents(KUBERNETES / "components/public-aws/kustomization.yaml")[0]["patches"]
    (operation,) = yaml.safe_load(patch["patch"])
    (peer,) = operation["value"]
    assert "/spec/egress/1/to" == operation["path"]
    private = {"10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "169.254.0.0/16", "100.64.0.0/10"}
    assert private == set(peer["ipBlock"]["except"])


@pytest.mark.parametrize(("page", "overlay"), [("kubernetes.md", "avx2"), ("imageless-kubernetes.md", "flox")])
def test_the_overlay_in_the_documentation_replaces_all_that_is_somebody_s(
    page: str, overlay: str, tmp_path: Path
) -> None:
    """Whoever copies it is left with no account, image or environment of the examples."""
    (text,) = re.findall(r"```yaml\n(.*?)```", (ROOT / "docs" / page).read_text(encoding="utf-8"), re.DOTALL)
    mine = tmp_path / "overlays/mine"
    mine.mkdir(parents=True)
    assert f"  - ../{overlay}\n" in text
    (mine / "kustomization.yaml").write_text(text.replace(f"../{overlay}", os.path.relpath(NAMES[overlay], mine)))
    rendered = yaml.safe_dump_all(render(mine))
    assert {one["kind"] for one in objects(overlay)} == {one["kind"] for one in yaml.safe_load_all(rendered)}
    left = {"123456789012", "eu-west-1", "10.0.0.0/16"} if page == "kubernetes.md" else {"your-organization"}
    assert set() == {word for word in left if word in rendered}


def test_the_documentation_s_numbers_are_the_manifests() -> None:
    page = (ROOT / "docs/kubernetes.md").read_text(encoding="utf-8")
    grace = worker_pod("image")["spec"]["terminationGracePeriodSeconds"]
    assert f"`terminationGracePeriodSeconds` {grace} |" in page
    assert f"`TICKETS_GRACE_SECONDS` {settings('image').grace_seconds:.0f}" in page
    assert f"every {AGAIN_SECONDS:.0f} s" in page
    assert f"stuck for {STUCK_SECONDS:.0f} s" in page
    rows = re.findall(r"^\| (`.*?) \|", page, re.MULTILINE)
    assert set(NAMES) <= {name for row in rows for name in re.findall(r"`([a-z0-9-]+)`", row)}
