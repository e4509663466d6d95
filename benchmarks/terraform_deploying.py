"""What three regions cost by Terraform: side by side against one after the other, in the same sandbox, taking turns.

And what its processes hold in memory, from which `engines/terraform/memory.py` chooses how many go at the same time.
The fleet has no network, names or load balancer, since the provider sleeps through most of those; what is left takes
ten minutes, nearly all of them the provider's waiting for AWS to be consistent.

Limit: side by side at most 0.8 x one after the other.
"""

from __future__ import annotations

import os
import statistics
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass, field
from pathlib import Path

import psutil

from benchmarks.deploying import HELLO, REGIONS
from tapstack.engines.terraform import memory
from tapstack.sandbox.control import Sandbox
from tests.support.terraform import configuration

ROUNDS = 1
LIMIT = 0.8
SAMPLE_SECONDS = 0.25
KINDS = PROVIDER, TERRAFORM = "provider", "terraform"
SIDE_BY_SIDE, IN_TURN = len(REGIONS), 1

FLEET = """
fleet: measured
regions: {%s}
home: us-east-1
engine: terraform
rollout: {parallel: %d}
tags: {CostCenter: benchmarks}
buckets:
  files: {replication: none}
tables:
  items: {partition_key: id, scope: regional}
functions:
  hello:
    code: functions/hello
    uses: [{table: items, access: read-write, as: TABLE_NAME}, {bucket: files, access: read, as: BUCKET_NAME}]
environments:
  dev:
    objectives: {availability: standard}
    protection: {deletion: false, when_removed: destroy}
"""


@dataclass
class Memory:
    """The most that was seen: of each process, and of all together with what they share counted once."""

    processes: dict[tuple[str, int], int] = field(default_factory=dict)
    together: int = 0

    def look(self, command: psutil.Process) -> None:
        together = 0
        for process in command.children(recursive=True):
            try:
                name, held = process.name(), process.memory_full_info()
            except psutil.Error:
                continue  # it has ended meanwhile
            if name.startswith(TERRAFORM):
                key = (PROVIDER if name.startswith(f"{TERRAFORM}-") else TERRAFORM, process.pid)
                self.processes[key] = max(self.processes.get(key, 0), held.rss)
                together += held.pss
        self.together = max(self.together, together)

    def of(self, kind: str) -> list[int]:
        return sorted(peak for (name, _), peak in self.processes.items() if name == kind)


def fleet_in(folder: Path, parallel: int) -> Path:
    code = folder / "functions" / "hello"
    code.mkdir(parents=True)
    (code / "index.py").write_text(HELLO, encoding="utf-8")
    regions = ", ".join(f"{region}: {{}}" for region in REGIONS)
    file = folder / "fleet.yaml"
    file.write_text(FLEET % (regions, parallel), encoding="utf-8")
    return file


def deploy(file: Path, sandbox: Sandbox, seen: Memory) -> float:
    """Deploy to an empty account, and look at memory meanwhile."""
    sandbox.reset()
    command = [str(Path(sys.executable).parent / "tapstack"), "deploy", "--yes", "--file", str(file)]
    command += ["--environment", "dev", "--target", f"sandbox:{sandbox.name}"]
    started = time.perf_counter()
    with tempfile.TemporaryFile() as said, subprocess.Popen(command, stdout=said, stderr=said) as process:
        while process.poll() is None:
            seen.look(psutil.Process(process.pid))
            time.sleep(SAMPLE_SECONDS)
        if process.wait():
            said.seek(0)
            raise SystemExit(said.read().decode()[-4000:])
    return time.perf_counter() - started


def main() -> bool:
    os.environ["TF_CLI_CONFIG_FILE"] = configuration()
    times: dict[int, list[float]] = {SIDE_BY_SIDE: [], IN_TURN: []}
    seen = {parallel: Memory() for parallel in times}
    with tempfile.TemporaryDirectory() as temporary, Sandbox.run("benchmark-terraform") as sandbox:
        files = {parallel: fleet_in(Path(temporary) / str(parallel), parallel) for parallel in times}
        for _ in range(ROUNDS):
            for parallel, file in files.items():
                times[parallel].append(deploy(file, sandbox, seen[parallel]))
        noted = max(int(each.read_text()) for file in files.values() for each in file.parent.rglob(memory.MEASURED))
    median = {parallel: statistics.median(values) for parallel, values in times.items()}
    ratio = median[SIDE_BY_SIDE] / median[IN_TURN]
    for parallel, words in ((IN_TURN, "one after the other"), (SIDE_BY_SIDE, "side by side")):
        print(f"3 regions, {words:<20} {median[parallel]:6.1f} s   {_told(seen[parallel])}")
    print(f"  {ratio:.2f} x (limit {LIMIT}); the largest run was noted with {noted / 1e6:.0f} MB")
    return ratio <= LIMIT


def _told(seen: Memory) -> str:
    peaks = {kind: seen.of(kind) for kind in KINDS}
    kinds = (f"{kind} {statistics.median(each) / 1e6:.0f} to {each[-1] / 1e6:.0f} MB" for kind, each in peaks.items())
    return f"{'; '.join(kinds)} each; {seen.together / 1e6:.0f} MB together"
