"""A sample of what `make parity` asks of the examples: a small fleet is the same by either engine."""

from __future__ import annotations

from pathlib import Path

import pytest
from terraform import is_installed

from parity.comparing import compare

pytestmark = pytest.mark.skipif(not is_installed(), reason="there is no `terraform` on PATH to deploy with")

# Without queues, names and load balancers, after which Terraform's provider sleeps.
FLEET = """
fleet: sample
environments: {dev: {}}
tags: {CostCenter: tests}
regions: {us-east-1: {cidr: 10.0.0.0/16}}
home: us-east-1
protection: {deletion: false, when_removed: destroy}
network: {zones: 2, nat: none, flow_logs: false}
tables:
  carts:
    scope: regional
    partition_key: {name: id, type: string}
    sort_key: {name: at, type: number}
functions:
  hello:
    inline: "def handler(event, context): return {'statusCode': 200, 'body': 'hello'}"
    dead_letter: false
    uses: [{table: carts, access: read, as: TABLE_NAME}]
apis:
  open: {kind: http, routes: {"GET /health": {function: hello, authorization: none}, "ANY /files/{path+}": hello}}
"""


def test_a_small_fleet_is_the_same_by_either_engine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TAPSTACK_STATE_HOME", str(tmp_path / "state"))
    file = tmp_path / "fleet" / "fleet.yaml"
    file.parent.mkdir()
    file.write_text(FLEET)
    compared = compare(file, "dev", ("cloudformation", "terraform"))
    assert min(compared.total) > 60, "an inventory that misses what stands finds nothing that differs"
    assert "\n".join(map(str, compared.unexplained)) == ""
    assert compared.intended, "the engines' own buckets do differ"
