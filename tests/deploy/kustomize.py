"""Renders deploy/kubernetes where there is no kustomize: the part of it that our files use, and an error for any other.

kustomize is a Go program that neither PyPI nor Debian has. Where one is at hand (kubectl has it), test_kustomize.py
holds this to it, object by object. ``python -m tests.deploy.kustomize FOLDER`` writes it all.
"""

import copy
import hashlib
import json
import re
import sys
from pathlib import Path
from typing import Any

import yaml

Object = dict[str, Any]
KUBERNETES = Path(__file__).parents[2] / "deploy/kubernetes"
OVERLAYS = sorted(path.parent for path in KUBERNETES.glob("overlays/*/kustomization.yaml"))
COMPONENTS = sorted(path.parent for path in KUBERNETES.glob("components/*/kustomization.yaml"))
ORDER = ("resources", "components", "configMapGenerator", "patches", "namespace", "labels", "images")
CLUSTER_WIDE = {"RuntimeClass", "PriorityClass"}
KEYS = {"containers": "name", "initContainers": "name", "env": "name", "volumes": "name", "volumeMounts": "mountPath"}
HASH_LETTERS = str.maketrans({"0": "g", "1": "h", "3": "k", "a": "m", "e": "t"})  # so that no word is spelled by chance


def render(folder: Path) -> list[Object]:
    """What ``kustomize build`` makes of the folder, in some order."""
    objects = _apply(folder, [])
    return [_renamed(one, _hashed_names(objects)) for one in objects]


def _apply(folder: Path, objects: list[Object]) -> list[Object]:
    """The objects with what the folder's kustomization adds and changes."""
    wanted = yaml.safe_load((folder / "kustomization.yaml").read_text(encoding="utf-8"))
    unknown = set(wanted) - {"apiVersion", "kind", *ORDER}
    if unknown:
        raise ValueError(f"{folder}: this renderer does not know {sorted(unknown)}")
    for name in ORDER:
        if name in wanted:
            objects = globals()[f"_{name}"](folder, objects, wanted[name])
    return objects


def documents(path: Path) -> list[Any]:
    """Those of one YAML file."""
    return list(yaml.safe_load_all(path.read_text(encoding="utf-8")))


def _resources(folder: Path, objects: list[Object], names: list[str]) -> list[Object]:
    for name in names:
        path = (folder / name).resolve()
        objects = objects + (_apply(path, []) if path.is_dir() else documents(path))
    return objects


def _components(folder: Path, objects: list[Object], names: list[str]) -> list[Object]:
    for name in names:
        objects = _apply((folder / name).resolve(), objects)
    return objects


def _configMapGenerator(folder: Path, objects: list[Object], maps: list[Object]) -> list[Object]:  # noqa: N802 - kustomize's word
    for wanted in maps:
        lines = list(wanted.get("literals", ()))
        for file in wanted.get("envs", ()):
            lines += [line for line in (folder / file).read_text().splitlines() if line and line[0] != "#"]
        data = dict(line.split("=", 1) for line in lines)
        if wanted.get("behavior") == "merge":
            (made,) = [
                one for one in objects if (one["kind"], one["metadata"]["name"]) == ("ConfigMap", wanted["name"])
            ]
            made["data"].update(data)
        else:
            objects = [
                *objects,
                {"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": wanted["name"]}, "data": data},
            ]
    return objects


def _patches(folder: Path, objects: list[Object], patches: list[Object]) -> list[Object]:
    for wanted in patches:
        found = documents(folder / wanted["path"]) if "path" in wanted else [yaml.safe_load(wanted["patch"])]
        for patch in found:
            objects = _patched(objects, patch, wanted.get("target"))
    return objects


def _patched(objects: list[Object], patch: Any, target: Object | None) -> list[Object]:
    wanted = (target["kind"], target["name"]) if target else (patch["kind"], patch["metadata"]["name"])
    meant = [one for one in objects if (one["kind"], one["metadata"]["name"]) == wanted]
    if len(meant) != 1:
        raise LookupError(f"a patch of {wanted} fits {len(meant)} objects")
    if isinstance(patch, dict) and patch.get("$patch") == "delete":
        return [one for one in objects if one is not meant[0]]
    changed = _operated(meant[0], patch) if isinstance(patch, list) else _merged(meant[0], patch)
    return [changed if one is meant[0] else one for one in objects]


def _operated(one: Object, operations: list[Object]) -> Object:
    """RFC 6902: add, remove and replace."""
    changed = copy.deepcopy(one)
    for operation in operations:
        *way, last = [_step(part) for part in operation["path"].split("/")[1:]]
        place: Any = changed
        for part in way:
            place = place[part]
        if operation["op"] == "remove":
            del place[last]
        else:
            place[last] = operation["value"]
    return changed


def _step(part: str) -> int | str:
    return int(part) if part.isdigit() else part.replace("~1", "/").replace("~0", "~")


def _merged(base: Any, patch: Any, field: str = "") -> Any:
    """Kubernetes' strategic merge; the patch's new elements come first, as kustomize has them."""
    if isinstance(base, dict) and isinstance(patch, dict):
        return {**base, **{name: _merged(base.get(name), value, name) for name, value in patch.items()}}
    if isinstance(base, list) and field in KEYS:
        key = KEYS[field]
        known, new = {one[key]: one for one in base}, {one[key]: one for one in patch}
        kept = [_merged(one, new[name], "") if name in new else one for name, one in known.items()]
        return [one for name, one in new.items() if name not in known] + kept
    return patch


def _namespace(_: Path, objects: list[Object], name: str) -> list[Object]:
    def moved(one: Object) -> Object:
        if one["kind"] == "Namespace":
            return {**one, "metadata": {**one["metadata"], "name": name}}
        return one if one["kind"] in CLUSTER_WIDE else _merged(one, {"metadata": {"namespace": name}})

    return [moved(one) for one in objects]


def _labels(_: Path, objects: list[Object], labels: list[Object]) -> list[Object]:
    for wanted in labels:
        objects = [_merged(one, {"metadata": {"labels": wanted["pairs"]}}) for one in objects]
    return objects


def _images(_: Path, objects: list[Object], images: list[Object]) -> list[Object]:
    def visit(node: Any) -> Any:
        if isinstance(node, list):
            return [visit(one) for one in node]
        if isinstance(node, dict):
            return {key: _image(value, images) if key == "image" else visit(value) for key, value in node.items()}
        return node

    return [visit(one) for one in objects]


def _image(named: str, images: list[Object]) -> str:
    """Whatever its tag was."""
    for one in images:
        if re.fullmatch(re.escape(one["name"]) + "(:[^/]*)?(@.*)?", named):
            what = f"@{one['digest']}" if "digest" in one else f":{one['newTag']}"
            return f"{one.get('newName', one['name'])}{what}"
    return named


def _hashed_names(objects: list[Object]) -> dict[str, str]:
    """Each generated ConfigMap's name with the hash of its content."""
    maps = [one for one in objects if one["kind"] == "ConfigMap"]
    return {one["metadata"]["name"]: f"{one['metadata']['name']}-{_hash(one)}" for one in maps}


def _hash(one: Object) -> str:
    what = {"kind": "ConfigMap", "name": "", "data": one["data"]}  # kustomize looks for the name in a wrong place
    text = json.dumps(what, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return hashlib.sha256(text.encode()).hexdigest()[:10].translate(HASH_LETTERS)


def _renamed(node: Any, names: dict[str, str]) -> Any:
    if isinstance(node, dict):
        return {
            key: names.get(value, value) if key == "name" and isinstance(value, str) else _renamed(value, names)
            for key, value in node.items()
        }
    return [_renamed(one, names) for one in node] if isinstance(node, list) else node


def _written(folder: Path) -> None:
    """Every overlay, and one more with the components that none of them takes, for what checks files."""
    rendered = {overlay.name: render(overlay) for overlay in OVERLAYS}
    taken = "".join((overlay / "kustomization.yaml").read_text(encoding="utf-8") for overlay in OVERLAYS)
    spare = [str(component) for component in COMPONENTS if f"components/{component.name}" not in taken]
    rendered["spare-components"] = _components(folder, rendered["image"], spare)
    for name, objects in rendered.items():
        (folder / f"{name}.yaml").write_text(yaml.safe_dump_all(objects, sort_keys=False), encoding="utf-8")


if __name__ == "__main__":
    _written(Path(sys.argv[1]))
