"""What mypy says of a component's mistakes, and that the types are the provider's own."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
import terraform

ROOT = Path(__file__).parents[4]
STUB = ROOT / "src" / "tapstack" / "engines" / "terraform" / "arguments.pyi"
HEAD = """\
from tapstack.engines.terraform.arguments import Resources
from tapstack.engines.terraform.expressions import expression

def add(resource: Resources) -> None:
"""
MISTAKES = {
    "an argument that does not exist": 'resource.aws_kms_alias("a", target_key_id="k", colour="red")',
    "an argument that is missing": 'resource.aws_kms_alias("a", name="alias/a")',
    "an argument of the wrong type": 'resource.aws_kms_key("a", deletion_window_in_days="long")',
    "a text where a list belongs": 'resource.aws_vpc_endpoint("a", vpc_id="v", route_table_ids="r")',
    "a key that does not exist in a block": (
        'resource.aws_s3_bucket_versioning("a", bucket="b", versioning_configuration={"state": "x", "status": "y"})'
    ),
    "an attribute that does not exist": 'resource.aws_kms_key("a").ref("colour")',
    "an argument that the newer provider has no more": 'resource.aws_eip("a", vpc=True)',
}
RIGHT = """
    days = expression("local.days")
    key = resource.aws_kms_key("a", deletion_window_in_days=days, enable_key_rotation=expression("local.rotates"))
    resource.aws_kms_alias("a", name=None, target_key_id=key.ref("key_id"))
"""


def mypy(folder: Path, code: str) -> list[str]:
    """The lines in which mypy finds errors."""
    file = folder / "component.py"
    file.write_text(HEAD + code, encoding="utf-8")
    done = subprocess.run(
        [sys.executable, "-m", "mypy", "--strict", "--config-file=", f"--cache-dir={folder}", str(file)],
        cwd=ROOT,
        env={"MYPYPATH": str(ROOT / "src"), "PATH": ""},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode in (0, 1), done.stderr
    return [line for line in done.stdout.splitlines() if "component.py" in line and ": error:" in line]


def test_mypy_finds_each_mistake_and_nothing_else(tmp_path: Path) -> None:
    body = "".join(f"    {code}\n" for code in MISTAKES.values())
    found = mypy(tmp_path, body + RIGHT)
    lines = {int(line.split(":")[1]) for line in found}
    first = HEAD.count("\n") + 1
    assert lines == set(range(first, first + len(MISTAKES))), "\n".join(found)


@pytest.mark.skipif(not terraform.is_installed(), reason="needs terraform")
def test_the_types_are_those_of_the_provider() -> None:
    done = subprocess.run(
        [sys.executable, str(ROOT / "tools" / "terraform_arguments.py"), "--print"],
        env=terraform.environment(),
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert done.stdout == STUB.read_text(encoding="utf-8"), "run: make terraform-types"
