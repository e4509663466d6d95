"""The command, run as a person runs it, against a sandbox; and a fleet small enough to be deployed many times."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import textwrap
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

SMALL = """
fleet: small
regions:
  us-east-1: {}
  eu-west-1: {}
home: us-east-1
objectives: {rto: 2m, rpo: 5s}
tags: {CostCenter: tests}
buckets:
  files: {replication: none}
tables:
  items:
    partition_key: id
    scope: global
functions:
  hello:
    code: functions/hello
    timeout: 5s
    uses:
      - {table: items, access: read, as: TABLE_NAME}
apis:
  front:
    kind: http
    routes:
      GET /health: {function: hello, authorization: none}
dns:
  zone: small.example
  names:
    app:
      api: front
      health_check: {path: /health, interval: 10s, threshold: 3}
acknowledged:
  - {rule: open-api, at: apis.front.routes.GET /health, reason: Health checkers cannot sign their requests.}
environments:
  dev:
    dns: {zone: dev.small.example}
    objectives: {availability: standard}
    protection: {deletion: false, when_removed: destroy}
    encryption: {deletion_window: 7}
  prod: {}
"""
HELLO = """
import json
import os


def handler(event, context):
    return {"statusCode": 200, "body": json.dumps({"region": os.environ["AWS_REGION"]})}
"""


def write_small_fleet(folder: Path, text: str = SMALL) -> Path:
    """Write the small fleet with its function; the fleet's file."""
    code = folder / "functions" / "hello"
    code.mkdir(parents=True, exist_ok=True)
    (code / "index.py").write_text(HELLO)
    file = folder / "fleet.yaml"
    file.write_text(textwrap.dedent(text))
    return file


@dataclass(frozen=True)
class Ran:
    """What a command did."""

    code: int
    out: str
    err: str

    @property
    def data(self) -> Any:
        return json.loads(self.out)


def command(*arguments: str) -> list[str]:
    """`tapstack` of this environment."""
    return [sys.executable, "-m", "tapstack", *arguments]


def tapstack(
    verb: str,
    *arguments: str,
    file: Path,
    sandbox: str,
    environment: str = "dev",
    expect: Sequence[int] = (0,),
) -> Ran:
    """Run a verb on a sandbox, and hold its exit code against what is expected."""
    done = subprocess.run(
        command(verb, "--file", str(file), "-e", environment, "--target", f"sandbox:{sandbox}", *arguments),
        capture_output=True,
        text=True,
        stdin=subprocess.DEVNULL,
        env=os.environ,
        timeout=1800,
        check=False,
    )
    said = f"{done.stdout[-3000:]}\n{done.stderr[-6000:]}"
    assert done.returncode in expect, f"{verb} ended with {done.returncode}\n{said}"
    return Ran(done.returncode, done.stdout, done.stderr)
