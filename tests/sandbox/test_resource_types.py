"""Every CloudFormation type: created, read back property by property, changed, read back again, deleted, gone.

Each file in `resource_types/` is one walk. It names the types it covers, a template, an update of it, and what the
services' own APIs must answer afterwards. A property that is dropped on the way is a failing test.

`<Name>` stands for the physical id of a resource, `<Name.Attribute>` for what Fn::GetAtt answers, `<before:Name>` for
the same of the stack that a walk needs beforehand (often in another region). `packages` of functions are put into a
bucket of that stack; `<package:name>` stands for the SHA-256 of one.
"""

from __future__ import annotations

import base64
import copy
import functools
import hashlib
import io
import json
import re
import time
import zipfile
from pathlib import Path

import jmespath
import pytest
from botocore.exceptions import ClientError
from jmespath.exceptions import JMESPathTypeError
from ruamel.yaml import YAML

WALKS = sorted((Path(__file__).parent / "resource_types").glob("*.yaml"))
PLACE = re.compile(r"<((?:before:|package:)?[A-Za-z0-9]+(?:\.[A-Za-z0-9.]+)?)>")
CAPABILITIES = ["CAPABILITY_NAMED_IAM"]
MAKING = ("CREATE_PENDING", "CREATE_IN_PROGRESS")
DEADLINE_SECONDS = 60


def load(path):
    return YAML(typ="safe").load(path.read_text())


def places(value):
    return set(PLACE.findall(json.dumps(value, default=str)))


class Stack:
    """A stack of one walk, and how to speak of its resources."""

    def __init__(self, sandbox, name, region, template, wanted_places, prefix=""):
        self.sandbox = sandbox
        self.name = name
        self.region = region
        self.client = client_of(sandbox, "cloudformation", region)
        self.prefix = prefix
        self.outputs = {
            place.removeprefix("before:").replace(".", "0dot0"): place
            for place in wanted_places
            if place.startswith("before:") == bool(prefix) and "." in place
        }
        self.template = template

    def body(self, template):
        body = copy.deepcopy(template)
        for key, place in self.outputs.items():
            logical_id, attribute = place.removeprefix("before:").split(".", 1)
            if logical_id in body["Resources"]:
                value = {"Fn::GetAtt": [logical_id, attribute]}
                body.setdefault("Outputs", {})[key] = {"Value": value}
        return json.dumps(body, default=str)

    def apply(self, template, parameters=None, tags=None, kind="CREATE"):
        """Create or change the stack by a change set; return the changes it announced."""
        arguments = {
            "StackName": self.name,
            "ChangeSetName": f"walk-{kind.lower()}",
            "ChangeSetType": kind,
            "TemplateBody": self.body(template),
            "Capabilities": CAPABILITIES,
            "Parameters": [{"ParameterKey": key, "ParameterValue": value} for key, value in (parameters or {}).items()],
            "Tags": [{"Key": key, "Value": value} for key, value in (tags or {}).items()],
        }
        self.client.create_change_set(**arguments)
        named = {"StackName": self.name, "ChangeSetName": arguments["ChangeSetName"]}
        while (change_set := self.client.describe_change_set(**named))["Status"] in MAKING:
            time.sleep(0.02)
        assert change_set["Status"] == "CREATE_COMPLETE", change_set.get("StatusReason")
        self.client.execute_change_set(**named)
        self.wait(f"{kind}_COMPLETE")
        return {
            change["ResourceChange"]["LogicalResourceId"]: change["ResourceChange"] for change in change_set["Changes"]
        }

    def wait(self, wanted):
        deadline = time.monotonic() + DEADLINE_SECONDS
        while (status := self.status()).endswith("IN_PROGRESS") and time.monotonic() < deadline:
            time.sleep(0.05)
        assert status == wanted, self.failures()

    def status(self):
        try:
            return self.client.describe_stacks(StackName=self.name)["Stacks"][0]["StackStatus"]
        except ClientError as error:
            if "does not exist" in str(error):
                return "DELETE_COMPLETE"
            raise

    def failures(self):
        events = self.client.describe_stack_events(StackName=self.name)["StackEvents"]
        return [
            f"{event['LogicalResourceId']}: {event.get('ResourceStatusReason')}"
            for event in events
            if "FAILED" in event["ResourceStatus"]
        ] or self.status()

    def known(self):
        """What each place stands for."""
        resources = self.client.describe_stack_resources(StackName=self.name)["StackResources"]
        known = {f"{self.prefix}{item['LogicalResourceId']}": item["PhysicalResourceId"] for item in resources}
        described = self.client.describe_stacks(StackName=self.name)["Stacks"][0]
        for output in described.get("Outputs", ()):
            if place := self.outputs.get(output["OutputKey"]):
                known[place] = output["OutputValue"]
        return known

    def delete(self):
        self.client.delete_stack(StackName=self.name)
        self.wait("DELETE_COMPLETE")


def filled(value, known):
    if isinstance(value, dict):
        return {key: filled(item, known) for key, item in value.items()}
    if isinstance(value, list):
        return [filled(item, known) for item in value]
    if isinstance(value, str):
        return PLACE.sub(lambda match: str(known[match[1]]), value)
    return value


def merged(base, change):
    """The template after an update: null takes a property away, a mapping goes deeper, all else replaces."""
    result = dict(base)
    for key, value in change.items():
        if value is None:
            result.pop(key, None)
        elif isinstance(value, dict) and isinstance(result.get(key), dict) and "!whole" not in value:
            result[key] = merged(result[key], value)
        else:
            result[key] = (
                {name: item for name, item in value.items() if name != "!whole"} if isinstance(value, dict) else value
            )
    return result


@functools.cache
def client_of(sandbox, service, region):
    """One client each: making one costs more than a call."""
    return sandbox.client(service, region)


def answer(sandbox, check, known, region):
    service, operation = check["call"].split()
    client = client_of(sandbox, service, check.get("region", region))
    reply = getattr(client, operation)(**filled(check.get("with", {}), known))
    reply.pop("ResponseMetadata", None)
    return reply


def comparable(value, like):
    if isinstance(value, str) and isinstance(like, dict | list):
        return json.loads(value)
    return value


def check_answers(sandbox, checks, known, region):
    wrong = []
    for check in checks:
        if "fails" in check:
            with pytest.raises(ClientError) as raised:
                answer(sandbox, check, known, region)
            assert check["fails"] in raised.value.response["Error"]["Code"], str(raised.value)
            continue
        try:
            reply = answer(sandbox, check, known, region)
        except ClientError as error:
            wrong.append(f"{check['call']}: {error}")
            continue
        for path, wanted in check["expect"].items():
            expected = filled(wanted, known)
            try:
                found = comparable(jmespath.search(filled(path, known), reply), expected)
            except JMESPathTypeError as error:
                found = str(error)
            if found != expected:
                wrong.append(f"{check['call']}  {path}: {found!r} is not {expected!r}")
    assert not wrong, "\n".join(wrong)


def uploaded(sandbox, packages, region):
    """Put functions' packages into their bucket; return what each place stands for."""
    known = {}
    for name, source in packages["sources"].items():
        package = io.BytesIO()
        with zipfile.ZipFile(package, "w") as archive:
            archive.writestr("index.py", source)
        body = package.getvalue()
        client_of(sandbox, "s3", region).put_object(Bucket=packages["bucket"], Key=f"{name}.zip", Body=body)
        known[f"package:{name}"] = base64.b64encode(hashlib.sha256(body).digest()).decode()
    return known


def removed(sandbox, packages, region):
    for name in packages["sources"]:
        client_of(sandbox, "s3", region).delete_object(Bucket=packages["bucket"], Key=f"{name}.zip")


@pytest.mark.parametrize("path", WALKS, ids=lambda path: path.stem)
def test_walk(sandbox, path):
    walk = load(path)
    region = walk.get("region", "eu-west-1")
    wanted = places({key: walk.get(key) for key in ("created", "updated", "deleted", "parameters")})
    known, before, packages = {}, None, None
    if "before" in walk:
        before = Stack(
            sandbox, f"{path.stem}-before", walk["before"].get("region", region), walk["before"]["template"],
            wanted, "before:",
        )  # fmt: skip
        before.apply(before.template)
        known |= before.known()
    if "packages" in walk:
        packages = filled(walk["packages"], known)
        known |= uploaded(sandbox, packages, region)
    stack = Stack(sandbox, path.stem.replace("_", "-"), region, walk["template"], wanted)
    parameters = filled(walk.get("parameters", {}), known)
    tags = {"team": "platform"}

    stack.apply(walk["template"], parameters, tags)
    known |= stack.known()
    check_answers(sandbox, walk["created"], known, region)

    if "update" in walk:
        updated = merged(walk["template"], walk["update"])
        changes = stack.apply(updated, parameters, tags, "UPDATE")
        check_changes(walk.get("changes", {}), changes)
        known |= stack.known()
        check_answers(sandbox, walk["updated"], known, region)

    drifted = stack_drift(stack)
    assert not drifted, drifted

    stack.delete()
    check_answers(sandbox, walk["deleted"], known, region)
    if packages:
        removed(sandbox, packages, region)
    if before:
        before.delete()


def test_every_type_of_the_sandboxs_own_making_is_walked(sandbox):
    walked = [name for path in WALKS for name in load(path)["types"]]
    assert len(walked) == len(set(walked)), "a type is walked twice"
    assert set(sandbox.status()["parts"]["resource types"]["types"]) <= set(walked)


def test_every_walk_really_contains_its_types():
    for path in WALKS:
        walk = load(path)
        contained = {resource["Type"] for resource in walk["template"]["Resources"].values()}
        assert set(walk["types"]) <= contained, path.stem


def check_changes(expected, changes):
    for logical_id, expectation in expected.items():
        assert logical_id in changes, f"the change set misses {logical_id}"
        change = changes[logical_id]
        assert change["Action"] == expectation.get("action", "Modify")
        assert change.get("Replacement") == expectation.get("replacement", "False"), logical_id
        named = {detail["Target"].get("Name", detail["Target"]["Attribute"]) for detail in change["Details"]}
        assert set(expectation["properties"]) <= named, logical_id


def stack_drift(stack):
    """Differences that drift detection sees; there are none while nobody has changed anything by hand."""
    stack.client.detect_stack_drift(StackName=stack.name)
    found = stack.client.describe_stack_resource_drifts(StackName=stack.name)["StackResourceDrifts"]
    return [
        (
            drift["LogicalResourceId"],
            drift["StackResourceDriftStatus"],
            drift.get("PropertyDifferences"),
            drift.get("DriftStatusReason"),
        )
        for drift in found
        if drift["StackResourceDriftStatus"] not in ("IN_SYNC", "NOT_CHECKED")
    ]
