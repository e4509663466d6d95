"""A peer's app, run by the Python that has `cdktn`: the resources of a root module, as stacks of its typed bindings.

python cdktn_app.py MODULE.tf.json STACKS OUTPUT
"""

from __future__ import annotations

import importlib
import json
import re
import sys
from functools import cache
from pathlib import Path
from typing import Any

from cdktn import App, S3Backend, TerraformOutput, TerraformStack, TerraformVariable, Token

BINDINGS = "cdktn_provider_aws"
META = ("count", "depends_on", "lifecycle", "for_each")
"""They refer to what a person would hold in a variable; here they are given as they are written."""


def main() -> None:
    file, stacks, output = Path(sys.argv[1]), int(sys.argv[2]), sys.argv[3]
    module = json.loads(file.read_text(encoding="utf-8"))
    # It takes the target for an older Terraform, which lacks the arguments that reach no state.
    app = App(outdir=output, skip_validation=True)
    for number in range(stacks):
        add_stack(app, f"tap-stack-{number}", module)
    app.synth()


def add_stack(app: Any, name: str, module: dict[str, Any]) -> None:
    stack = TerraformStack(app, name)
    S3Backend(stack, bucket=f"terraform-state-{name}", key="terraform.tfstate", region="us-east-1")
    binding("provider")(stack, "aws", region="${var.region}")
    for variable, told in module["variable"].items():
        TerraformVariable(stack, variable, type=told["type"])
    stack.add_override("locals", module["locals"])
    stack.add_override("ephemeral", module.get("ephemeral", {}))
    for section, prefix in (("data", "data_aws_"), ("resource", "")):
        for kind, labels in module.get(section, {}).items():
            typed = binding(prefix + kind.removeprefix("aws_"))
            for label, arguments in labels.items():
                add(stack, typed, f"{kind}-{label}", label, arguments)
    for label, told in module.get("output", {}).items():
        TerraformOutput(stack, f"output-{label}", value=told["value"]).override_logical_id(label)


def add(stack: Any, constructor: Any, name: str, label: str, arguments: dict[str, Any]) -> None:
    typed = {name: value for name, value in arguments.items() if name not in META}
    made = constructor(stack, name, **given(constructor, typed))
    made.override_logical_id(label)
    for meta in META:
        if meta in arguments:
            made.add_override(meta, arguments[meta])


def given(constructor: Any, arguments: dict[str, Any]) -> dict[str, Any]:
    """The arguments as the bindings want them: blocks as their classes, expressions as tokens of the wanted type."""
    wanted = hints(constructor)
    return {name: argument(constructor.__module__, wanted[name], value) for name, value in arguments.items()}


def argument(module: str, hint: str, value: Any) -> Any:
    if isinstance(value, str):
        if "jsii.Number" in hint:
            return Token.as_number(value)
        if "builtins.bool" in hint:
            return Token.as_any(value)
        if "typing.Mapping" in hint:
            return Token.as_string_map(value)
        return Token.as_list(value) if "typing.Sequence[builtins.str]" in hint else value
    block = re.search(r"['\"]([A-Z]\w+)['\"]", hint)
    if block is None or not isinstance(value, dict | list):
        return value
    constructor = binding(module.removeprefix(f"{BINDINGS}."), block[1])
    blocks = value if isinstance(value, list) else [value]
    made = [constructor(**given(constructor, one)) for one in blocks]
    return made if "typing.Sequence" in hint else made[0]


@cache
def binding(topic: str, block: str = "") -> Any:
    """A topic's resource, data source or provider, or one of its blocks."""
    module = importlib.import_module(f"{BINDINGS}.{topic}")
    return getattr(module, block) if block else next(each for each in vars(module).values() if is_element(each))


def is_element(thing: Any) -> bool:
    return isinstance(thing, type) and hasattr(thing, "TF_RESOURCE_TYPE")


@cache
def hints(constructor: Any) -> dict[str, str]:
    return dict(constructor.__init__.__annotations__)


if __name__ == "__main__":
    main()
