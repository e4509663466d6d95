"""64 regions in 3 environments: read, planned and held against every rule within a second."""

from __future__ import annotations

import statistics
import subprocess
import sys
import tempfile
import time
from datetime import date
from pathlib import Path

from tapstack.catalog.regions import REGIONS

LIMIT = 1.0
ROUNDS = 5
COMMAND = Path(sys.executable).parent / "tapstack"


def fleet() -> str:
    """Every region of this release and, to make them 64, some that it does not know."""
    known = [name for name, facts in REGIONS.items() if facts.partition == "aws"]
    invented = [
        f"xx-{direction}-{number}" for direction in ("north", "east", "south", "west") for number in range(1, 10)
    ]
    regions = [*known, *invented][:64]
    blocks = "\n".join(f"  {name}: {{cidr: 10.{number}.0.0/16, zones: 2}}" for number, name in enumerate(regions))
    environments = "\n".join(
        f"  {name}:\n    dns: {{zone: {name}.wide.example}}\n    network: {{nat: one}}\n"
        "    objectives: {availability: standard}\n    regions:\n"
        + "\n".join(f"      {region}: {{weight: {number}}}" for number, region in enumerate(regions))
        for name in ("dev", "staging", "prod")
    )
    return f"""\
fleet: wide
home: us-east-1
tags: {{CostCenter: benchmark}}
regions:
{blocks}
network: {{zones: 2, pool: 100.64.0.0/10}}
buckets: {{uploads: {{replication: both-ways}}, reports: {{}}}}
tables: {{items: {{partition_key: pk}}}}
databases: {{main: {{engine: aurora-mysql}}}}
functions:
  web: {{inline: x, in_network: true, uses: [{{database: main}}, {{bucket: uploads, access: write}}]}}
load_balancers: {{web: {{default: web}}}}
dns: {{zone: wide.example, names: {{app: {{load_balancer: web}}}}}}
observability: {{notify: [on-call@wide.example]}}
acknowledged:
  - {{rule: unknown-region, reason: Invented to fill the benchmark.}}
environments:
{environments}
"""


def main() -> bool:
    content = fleet()
    within = statistics.median(_in_process(content) for _ in range(ROUNDS))
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "fleet.yaml"
        file.write_text(content)
        command = statistics.median(_as_command(file) for _ in range(ROUNDS))
    print(f"64 regions x 3 environments, {len(content.splitlines())} lines")
    print(f"in process        {within * 1000:6.0f} ms")
    print(f"as a command      {command * 1000:6.0f} ms   (limit {LIMIT * 1000:g} ms)")
    return command <= LIMIT


def _in_process(content: str) -> float:
    from tapstack.findings import has_errors
    from tapstack.fleet.loading import FleetFile
    from tapstack.rules.checking import check

    begun = time.perf_counter()
    file = FleetFile.parse(content.encode())
    findings = check(file, file.environments, date(2026, 11, 20))
    assert not has_errors(findings), [finding.detail for finding in findings if finding.is_open][:3]
    return time.perf_counter() - begun


def _as_command(file: Path) -> float:
    begun = time.perf_counter()
    subprocess.run([str(COMMAND), "validate", "--file", str(file)], check=True, stdout=subprocess.DEVNULL)
    return time.perf_counter() - begun
