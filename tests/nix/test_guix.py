"""deploy/guix.scm, read by Guile: Guix itself is not in Debian, so its forms and data are all that can be tested."""

import re
import shutil
import subprocess
import tomllib

import pytest

from tests.nix.evaluator import ROOT, Nix

pytestmark = pytest.mark.nix

READ = """
(use-modules (ice-9 match))
(read-hash-extend #\\~ (lambda (_ port) (list 'gexp (read port))))  ; as (guix gexp) does
(read-hash-extend #\\$ (lambda (_ port) (list 'ungexp (read port))))
(define (datum? form name) (match form (('define (? symbol? n) ('quote _)) (eq? n name)) (_ #f)))
(call-with-input-file (cadr (command-line))
  (lambda (port)
    (let next ((form (read port)) (forms '()))
      (if (eof-object? form)
          (for-each (lambda (name)
                      (match (filter (lambda (form) (datum? form name)) forms)
                        (((_ _ (_ value))) (write value) (newline))))
                    '(variants dependencies))
          (next (read port) (cons form forms))))))
"""


@pytest.fixture(scope="module")
def data() -> tuple[str, str]:
    """The two lists of the file, as Guile writes them after it has read every form."""
    if shutil.which("guile") is None:
        pytest.fail("guile is not installed: run these tests with `make nix`")
    command = ["guile", "--no-auto-compile", "-c", READ, str(ROOT / "deploy/guix.scm")]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert "" == done.stderr
    variants, dependencies = done.stdout.splitlines()
    return variants, dependencies


def test_guix_has_the_variants_of_nix(nix: Nix, data: tuple[str, str]) -> None:
    """The same words for the same systems."""
    entries = re.findall(r'\("(\w+)" \(([^)]*)\) [^)]+\)', data[0])
    found = {name: re.findall(r'"([^"]+)"', systems) for name, systems in entries}
    assert {name: variant["systems"] for name, variant in nix.file("layers/nix/variants.nix").items()} == found


def test_guix_asks_for_what_pyproject_asks_for(data: tuple[str, str]) -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    wanted = {re.split(r"[\[>=]", line)[0] for line in project["dependencies"]} | {"aws-xray-sdk"}
    assert {f"python-{name.removeprefix('python-')}" for name in wanted} == set(re.findall(r'"([^"]+)"', data[1]))
