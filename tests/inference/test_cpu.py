"""Threads, and processors that cannot run an image."""

import os
import platform
import subprocess
import sys
from pathlib import Path

import pytest

from handler.inference.cpu import WrongCpu, guard, threads


@pytest.mark.parametrize(
    ("memory_mb", "expected"), [(128, 1), (1769, 1), (2048, 1), (3008, 2), (3538, 2), (5307, 3), (10_240, 6)]
)
def test_on_lambda_the_memory_setting_counts_not_the_cores_that_are_shown(memory_mb: int, expected: int) -> None:
    """Two cores are visible at 128 MB."""
    assert expected == threads(0, memory_mb)


def test_a_wanted_number_wins() -> None:
    """TICKETS_THREADS."""
    assert 3 == threads(3, 128)


def test_elsewhere_the_processors_of_this_process_count() -> None:
    """Containers may be given fewer than there are."""
    assert len(os.sched_getaffinity(0)) == threads(0, None)


AVX2_ONLY = "processor : 0\nflags : fpu sse2 fma avx2\n"


@pytest.mark.parametrize(
    ("variant", "machine", "said"),
    [
        ("avx512", "x86_64", "lacks avx512bw, avx512dq, avx512f, avx512vl"),
        ("arm64", "x86_64", "but this is x86_64"),
        ("avx2", "aarch64", "but this is aarch64"),
        ("mmx", "x86_64", "none of avx2, avx512, arm64, generic"),
    ],
)
def test_a_processor_that_cannot_run_the_image_is_told_so(
    tmp_path: Path, variant: str, machine: str, said: str
) -> None:
    """One clear line in place of an illegal instruction."""
    (tmp_path / "cpuinfo").write_text(AVX2_ONLY, encoding="utf-8")
    with pytest.raises(WrongCpu, match=said):
        guard(variant, tmp_path / "cpuinfo", machine)


@pytest.mark.parametrize(("variant", "machine"), [("avx2", "x86_64"), ("generic", "riscv64"), (None, "x86_64")])
def test_a_processor_that_can_is_let_through(tmp_path: Path, variant: str | None, machine: str) -> None:
    """Silently."""
    (tmp_path / "cpuinfo").write_text(AVX2_ONLY, encoding="utf-8")
    guard(variant, tmp_path / "cpuinfo", machine)


def test_where_features_are_not_known_the_machine_decides(tmp_path: Path) -> None:
    """Other systems have no such file."""
    guard("avx512", tmp_path / "none", "x86_64")


def test_the_guard_comes_before_any_compiled_library() -> None:
    """They are what would crash."""
    script = "import sys, handler.entry as e\ntry: e.main()\nfinally: print(*sys.modules)"
    environment = {**os.environ, "TICKETS_CPU_VARIANT": "arm64" if platform.machine() == "x86_64" else "avx2"}
    command = [sys.executable, "-c", script]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    assert 2 == done.returncode
    assert 1 == len(done.stderr.splitlines())
    assert not {"numpy", "pydantic_core", "ctranslate2", "tokenizers"} & set(done.stdout.split())
