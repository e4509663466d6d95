"""What a deployment costs: against the CDK CLI with the same artifacts in the same sandbox, taking turns; for three
regions against one; and once more, unchanged.

Limits: at most 0.5 x `cdk deploy --all --concurrency 3`, three regions at most 1.5 x one, unchanged at most 3 s.
"""

from __future__ import annotations

import os
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from tapstack.sandbox import shell
from tapstack.sandbox.control import Sandbox

ROUNDS = 5
SETTLE_SECONDS = 2
REGIONS = ("us-east-1", "us-west-2", "eu-west-1")
CDK_LIMIT = 0.5
REGIONS_LIMIT = 1.5
AGAIN_LIMIT_SECONDS = 3.0
CDK = Path(__file__).parents[1] / ".cache" / "tools" / "cdk" / "node_modules" / "aws-cdk" / "bin" / "cdk"

# Without a zone: the plain CDK CLI cannot hand a created zone's id to the regional stacks in one go.
FLEET = """
fleet: measured
regions: {%s}
home: us-east-1
tags: {CostCenter: benchmarks}
network: {zones: 3, nat: per-zone}
buckets:
  files: {replication: none}
tables:
  items: {partition_key: id, scope: regional}
functions:
  hello:
    code: functions/hello
    in_network: true
    uses: [{table: items, access: read-write, as: TABLE_NAME}, {bucket: files, access: read, as: BUCKET_NAME}]
load_balancers:
  web: {tls: none, default: hello}
environments:
  dev:
    objectives: {availability: standard}
    protection: {deletion: false, when_removed: destroy}
"""
HELLO = "def handler(event, context):\n    return {'statusCode': 200, 'body': 'hello'}\n"


def write_fleet(folder: Path, regions: tuple[str, ...]) -> Path:
    code = folder / "functions" / "hello"
    code.mkdir(parents=True)
    (code / "index.py").write_text(HELLO, encoding="utf-8")
    file = folder / "fleet.yaml"
    file.write_text(FLEET % ", ".join(f"{region}: {{}}" for region in regions), encoding="utf-8")
    return file


def seconds(*command: str, environment: dict[str, str] | None = None) -> float:
    started = time.perf_counter()
    done = subprocess.run(command, capture_output=True, text=True, env=environment, check=False)
    took = time.perf_counter() - started
    if done.returncode:
        said = f"{done.stdout[-2000:]}{done.stderr[-4000:]}"
        raise SystemExit(f"{' '.join(command)} ended with {done.returncode}\n{said}")
    return took


def tapstack(verb: str, file: Path, sandbox: Sandbox, *more: str) -> float:
    command = str(Path(sys.executable).parent / "tapstack")
    return seconds(command, verb, "-f", str(file), "-e", "dev", "--target", f"sandbox:{sandbox.name}", *more)


def empty(sandbox: Sandbox) -> None:
    """Begin anew; nobody pays for the end of what was there before."""
    sandbox.reset()
    time.sleep(SETTLE_SECONDS)


def by_cdk(assembly: Path, sandbox: Sandbox) -> float:
    for region in REGIONS:
        location = {} if region == "us-east-1" else {"CreateBucketConfiguration": {"LocationConstraint": region}}
        bucket = f"cdk-hnb659fds-assets-{sandbox.settings.account}-{region}"
        sandbox.client("s3", region).create_bucket(Bucket=bucket, **location)
        sandbox.client("ssm", region).put_parameter(Name="/cdk-bootstrap/hnb659fds/version", Value="30", Type="String")
    kept = {key: value for key, value in os.environ.items() if not key.startswith(("AWS_", "CDK_"))}
    return seconds(
        "node", str(CDK), "deploy", "--app", str(assembly), "--all", "--concurrency", str(len(REGIONS)),
        "--require-approval", "never", "--progress", "events",
        environment={**kept, **shell.variables(sandbox), "CI": "true"},
    )  # fmt: skip


def main() -> bool:
    times: dict[str, list[float]] = {"cdk": [], "three": [], "one": [], "again": []}
    with tempfile.TemporaryDirectory() as temporary, Sandbox.run("benchmark-deploying") as sandbox:
        folder = Path(temporary)
        three = write_fleet(folder / "three", REGIONS)
        one = write_fleet(folder / "one", REGIONS[:1])
        assembly = folder / "cdk.out"
        seconds(
            str(Path(sys.executable).parent / "tapstack"), "synth", "-f", str(three), "-e", "dev", "-o", str(assembly)
        )
        for number in range(ROUNDS + 1):
            empty(sandbox)
            measured = {"cdk": by_cdk(assembly, sandbox)}
            empty(sandbox)
            measured["three"] = tapstack("deploy", three, sandbox, "--yes")
            measured["again"] = tapstack("deploy", three, sandbox, "--yes")
            empty(sandbox)
            measured["one"] = tapstack("deploy", one, sandbox, "--yes")
            if number:  # the first round fills caches
                for name, value in measured.items():
                    times[name].append(value)
    median = {name: statistics.median(values) for name, values in times.items()}
    against_cdk, against_one = median["three"] / median["cdk"], median["three"] / median["one"]
    print(f"cdk deploy, 3 regions        {median['cdk']:.2f} s")
    print(f"tapstack deploy, 3 regions   {median['three']:.2f} s   {against_cdk:.2f} x cdk (limit {CDK_LIMIT})")
    print(f"tapstack deploy, 1 region    {median['one']:.2f} s   three: {against_one:.2f} x (limit {REGIONS_LIMIT})")
    print(f"again, unchanged, 3 regions  {median['again']:.2f} s   (limit {AGAIN_LIMIT_SECONDS} s)")
    return against_cdk <= CDK_LIMIT and against_one <= REGIONS_LIMIT and median["again"] <= AGAIN_LIMIT_SECONDS
