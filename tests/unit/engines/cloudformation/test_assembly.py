"""The assembly, and how it compares with what the real AWS CDK writes."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from tapstack.engines.archives import archives
from tapstack.engines.cloudformation.assembly import synthesise
from tapstack.engines.cloudformation.templates import build
from tapstack.engines.cloudformation.unit import Code
from tapstack.engines.synthesis import Synthesis
from tapstack.errors import FileAccessError, InvalidFleetError
from tapstack.fleet.fleet import Fleet
from tapstack.fleet.loading import FleetFile
from tapstack.plan.model import Plan
from tapstack.plan.planning import make

EXAMPLES = Path(__file__).parents[4] / "examples"
FLEET = """
fleet: shop
regions: {us-east-1: {}, us-west-2: {}}
home: us-east-1
tags: {CostCenter: x}
buckets: {files: {replication: both-ways}}
functions:
  hello: {code: code}
"""


def load(text: str) -> tuple[Fleet, Plan]:
    description = FleetFile.parse(text.encode()).describe("dev")
    assert description.fleet is not None, description.findings
    return description.fleet, make(description.fleet, "dev")


@pytest.fixture(scope="module")
def source(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("source")
    (folder / "code").mkdir()
    (folder / "code" / "index.py").write_text("def handler(event, context):\n    return 'hello'\n", encoding="utf-8")
    return folder


@pytest.fixture(scope="module")
def made(source: Path, tmp_path_factory: pytest.TempPathFactory) -> Synthesis:
    fleet, plan = load(FLEET)
    output = tmp_path_factory.mktemp("made") / "cdk.out"
    return synthesise(fleet, plan, source=source, output=output, tags={"Author": "somebody"})


def manifest(made: Synthesis) -> dict[str, Any]:
    artifacts: dict[str, Any] = json.loads((made.folder / "manifest.json").read_text(encoding="utf-8"))["artifacts"]
    return artifacts


def stacks(made: Synthesis) -> dict[str, Any]:
    return {name: a for name, a in manifest(made).items() if a["type"] == "aws:cloudformation:stack"}


def test_every_unit_is_a_stack_in_its_own_region(made: Synthesis) -> None:
    environments = {name: artifact["environment"] for name, artifact in stacks(made).items()}
    assert environments["shop-dev-regional-us-west-2"] == "aws://unknown-account/us-west-2"
    assert len(environments) == 2 + 2 + 1 + 2


def test_regions_of_a_shape_share_one_file(made: Synthesis) -> None:
    files = {artifact["properties"]["templateFile"] for artifact in stacks(made).values()}
    assert files == {"foundation.template.json", "global.template.json", "regional.template.json"}


def test_templates_are_what_the_pure_half_built(made: Synthesis, source: Path) -> None:
    fleet, plan = load(FLEET)
    built = build(fleet, plan, {name: Code(a.key) for name, a in archives(fleet, source).items()})
    for shape in built:
        assert json.loads((made.folder / f"{shape.shape}.template.json").read_text(encoding="utf-8")) == shape.data


def test_links_are_the_foundation_again_with_its_parameter_on(made: Synthesis) -> None:
    link = stacks(made)["shop-dev-links-us-west-2"]["properties"]
    assert link["stackName"] == "shop-dev-foundation"
    assert link["templateFile"] == "foundation.template.json"
    assert link["parameters"] == {"Linked": "true"}


def test_stacks_wait_for_what_they_need(made: Synthesis) -> None:
    needs = stacks(made)["shop-dev-regional-us-west-2"]["dependencies"]
    assert {"shop-dev-foundation-us-west-2", "shop-dev-regional-us-east-1"} <= set(needs)


def test_tags_name_the_region_and_whoever_asked(made: Synthesis) -> None:
    tags = stacks(made)["shop-dev-regional-us-west-2"]["properties"]["tags"]
    assert tags["Region"] == "us-west-2"
    assert tags["Environment"] == "dev"
    assert tags["Author"] == "somebody"


def test_code_is_published_to_each_regions_own_bucket(made: Synthesis) -> None:
    assets = json.loads((made.folder / "shop-dev-regional-us-west-2.assets.json").read_text(encoding="utf-8"))
    archive = next(file for file in assets["files"].values() if file["displayName"] == "function code")
    assert (made.folder / archive["source"]["path"]).is_file()
    assert archive["destinations"]["us-west-2"]["region"] == "us-west-2"


def test_nothing_changed_means_nothing_is_done_and_no_node_is_started(made: Synthesis, source: Path) -> None:
    script = (
        "import sys; from pathlib import Path\n"
        "sys.path.insert(0, sys.argv[1]); import test_assembly as t\n"
        "fleet, plan = t.load(t.FLEET)\n"
        "source, output = map(Path, sys.argv[2:])\n"
        "again = t.synthesise(fleet, plan, source=source, output=output, tags={'Author': 'somebody'})\n"
        "assert again.reused; assert 'jsii' not in sys.modules and 'aws_cdk' not in sys.modules\n"
    )
    arguments = [str(Path(__file__).parent), str(source), str(made.folder)]
    # No Node can be found at all, so starting one would fail.
    environment = {**os.environ, "PATH": "/nowhere", "JSII_NODE": "/nowhere/node"}
    subprocess.run([sys.executable, "-c", script, *arguments], check=True, env=environment)


@pytest.mark.parametrize("change", ["fleet", "code", "tampered"])
def test_any_change_is_noticed(change: str, source: Path, made: Synthesis, tmp_path: Path) -> None:
    from shutil import copytree

    copied, output = copytree(source, tmp_path / "source"), copytree(made.folder, tmp_path / "cdk.out")
    fleet, plan = load(FLEET.replace("CostCenter: x", "CostCenter: y") if change == "fleet" else FLEET)
    if change == "code":
        (copied / "code" / "index.py").write_text("def handler(event, context): ...\n", encoding="utf-8")
    if change == "tampered":
        (output / "regional.template.json").write_text("{}", encoding="utf-8")
    again = synthesise(fleet, plan, source=copied, output=output, tags={"Author": "somebody"})
    assert not again.reused
    assert json.loads((output / "regional.template.json").read_text(encoding="utf-8"))["Resources"]


def test_a_folder_with_other_files_is_never_cleared(source: Path, tmp_path: Path) -> None:
    (tmp_path / "precious.txt").write_text("mine", encoding="utf-8")
    fleet, plan = load(FLEET)
    with pytest.raises(FileAccessError, match="no cloud assembly"):
        synthesise(fleet, plan, source=source, output=tmp_path)
    assert (tmp_path / "precious.txt").read_text(encoding="utf-8") == "mine"


def test_a_fleets_extension_adds_its_own_constructs(tmp_path: Path) -> None:
    file = EXAMPLES / "extensions" / "audit-queue" / "fleet.yaml"
    description = FleetFile.read(file).describe("dev")
    assert description.fleet is not None, description.findings
    output = tmp_path / "cdk.out"
    synthesise(description.fleet, make(description.fleet, "dev"), source=file.parent, output=output)
    template = json.loads((output / "regional.template.json").read_text(encoding="utf-8"))
    types = [resource["Type"] for resource in template["Resources"].values()]
    assert "AWS::SQS::Queue" in types
    assert "AuditQueueUrl" in template["Outputs"]


@pytest.mark.parametrize(
    ("code", "message"),
    [
        (None, "There is no extension"),
        ("import nonsense_that_is_not_there", "cannot be loaded"),
        ("x = 1", "has no function extend"),
        ("def extend(stack, template, kind):\n    raise ValueError('oh')", "failed on the foundation unit"),
    ],
)
def test_a_broken_extension_is_the_fleets_error(code: str | None, message: str, source: Path, tmp_path: Path) -> None:
    (tmp_path / "code").symlink_to(source / "code")
    if code is not None:
        (tmp_path / "mine.py").write_text(code, encoding="utf-8")
    fleet, plan = load(FLEET + "extensions: {cloudformation: 'mine.py:extend'}\n")
    with pytest.raises(InvalidFleetError, match=message):
        synthesise(fleet, plan, source=tmp_path, output=tmp_path / "cdk.out")


def without_hashes(data: Any, made: Synthesis) -> str:
    """An assembly's file without the names of templates by content: whitespace may differ."""
    text = json.dumps(data, sort_keys=True)
    for file in sorted(made.folder.glob("*.assets.json")):
        for digest, asset in json.loads(file.read_text(encoding="utf-8"))["files"].items():
            if asset["source"]["path"].endswith(".template.json"):
                text = text.replace(digest, asset["source"]["path"])
    return text


@pytest.mark.parametrize("example", ["serverless-api", "web-platform", "aurora-failover", "data-platform"])
def test_cdk_itself_would_write_the_same(example: str, tmp_path: Path) -> None:
    """The plain assembly against one that went through a CDK app."""
    file = EXAMPLES / example / "fleet.yaml"
    fleet = FleetFile.read(file).describe("prod").fleet
    assert fleet is not None
    plan = make(fleet, "prod")
    plain = synthesise(fleet, plan, source=file.parent, output=tmp_path / "plain")
    cdk = synthesise(fleet, plan, source=file.parent, output=tmp_path / "cdk", check=True)
    for template in plain.templates.values():
        ours, theirs = ((made.folder / template).read_text(encoding="utf-8") for made in (plain, cdk))
        assert json.loads(ours) == json.loads(theirs)
    assert without_hashes(manifest(plain), plain) == without_hashes(manifest(cdk), cdk)


def test_the_manifest_says_of_a_stack_what_cdk_says(tmp_path: Path, made: Synthesis) -> None:
    """Held against a stack that CDK synthesises on its own, without anything of ours."""
    from tapstack.engines.cloudformation import cdk_app

    app = cdk_app.new_app(tmp_path / "cdk.out")
    import aws_cdk as cdk

    cdk.Stack(
        app,
        "Plain",
        env=cdk.Environment(region="us-west-2"),
        stack_name="shop-dev-regional",
        termination_protection=True,
        synthesizer=cdk.DefaultStackSynthesizer(generate_bootstrap_version_rule=False),
    )
    app.synth()
    theirs = json.loads((tmp_path / "cdk.out" / "manifest.json").read_text(encoding="utf-8"))
    plain, ours = theirs["artifacts"]["Plain"], stacks(made)["shop-dev-regional-us-west-2"]
    own = {"tags", "templateFile", "stackTemplateAssetObjectUrl", "additionalDependencies"}

    def common(artifact: dict[str, Any]) -> dict[str, Any]:
        text = json.dumps({k: v for k, v in artifact["properties"].items() if k not in own})
        # With a region CDK writes it where it would write the gap that stands for the stack's own.
        properties: dict[str, Any] = json.loads(text.replace("${AWS::Region}", "us-west-2"))
        return properties

    assert common(ours) == common(plain)
    assert ours["environment"] == plain["environment"]
    version = json.loads((made.folder / "manifest.json").read_text(encoding="utf-8"))["version"]
    assert version == theirs["version"]
    asset = json.loads((tmp_path / "cdk.out" / "Plain.assets.json").read_text(encoding="utf-8"))
    mine = json.loads((made.folder / "shop-dev-regional-us-west-2.assets.json").read_text(encoding="utf-8"))
    (their_place,) = next(iter(asset["files"].values()))["destinations"].values()
    my_place = next(iter(mine["files"].values()))["destinations"]["us-west-2"]
    assert {**their_place, "objectKey": ""} == {
        key: value.replace("${AWS::Region}", "us-west-2") if key != "objectKey" else ""
        for key, value in my_place.items()
    }


def test_cdks_validator_refuses_what_aws_would(tmp_path: Path) -> None:
    from tapstack.engines.cloudformation import cdk_app
    from tapstack.engines.cloudformation.templates import Built
    from tapstack.plan.model import UnitKind

    wrong = {"Resources": {"Key": {"Type": "AWS::KMS::Key", "Properties": {"KeyPolicy": {"Version": "2012-10-17"}}}}}
    with pytest.raises(InvalidFleetError, match="refuses the templates") as refused:
        cdk_app.run([Built("regional", UnitKind.REGIONAL, wrong, {})], None, tmp_path / "cdk.out", check=True)
    assert "Statement" in refused.value.detail
