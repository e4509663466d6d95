#!/usr/bin/env python3
"""Writes `engines/terraform/arguments.pyi`: what each Terraform type takes and gives, from the provider's own schema.

Asks the `terraform` on PATH for the schema of the oldest provider that the engine supports. What that one already calls
deprecated is left out, since the next one may have removed it.
"""

from __future__ import annotations

import json
import keyword
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

PROVIDER = "hashicorp/aws"
VERSION = "5.100.0"
HERE = Path(__file__).parent
TYPES = HERE / "terraform_arguments.txt"
STUB = HERE.parent / "src" / "tapstack" / "engines" / "terraform" / "arguments.pyi"
HEAD = f'''\
# ruff: noqa: A002, PYI021
"""What each type of Terraform's AWS provider takes and gives. Written by `make terraform-types` from {VERSION}."""

from collections.abc import Iterable, Mapping
from typing import Literal, Required, TypeAlias, TypedDict

from tapstack.engines.exceptions import LintException
from tapstack.engines.terraform.expressions import Expression
from tapstack.engines.terraform.module import Block, Blocks, Data, Ephemeral, Lifecycle, Many, Module, Resource

Flag: TypeAlias = bool | Expression
Number: TypeAlias = int | float | Expression
'''
META = {
    "resource": "count: Expression | None = None, for_each: Expression | None = None, "
    "depends_on: Iterable[Resource[str]] = (), lifecycle: Lifecycle | None = None, "
    "exceptions: Iterable[LintException] = ()",
    "data": "count: Expression | None = None, depends_on: Iterable[Resource[str]] = (), "
    "exceptions: Iterable[LintException] = ()",
    "ephemeral": "count: Expression | None = None, depends_on: Iterable[Resource[str]] = ()",
}
KINDS = {
    "resource": ("resource_schemas", "Resource", "Resources"),
    "data": ("data_source_schemas", "Data", "DataSources"),
    "ephemeral": ("ephemeral_resource_schemas", "Ephemeral", "Ephemerals"),
}
"""Where the schema has each kind, what adding one gives, and what adds it."""

Schema = dict[str, Any]
Names = tuple[str, ...]


def main() -> None:
    """Write the stub, or with `--print` show it."""
    text = formatted(stub(schemas()))
    if "--print" in sys.argv[1:]:
        sys.stdout.write(text)
    else:
        STUB.write_text(text, encoding="utf-8")


def schemas() -> Schema:
    """The provider's schema, by `terraform`."""
    with tempfile.TemporaryDirectory() as folder:
        needed = {"terraform": {"required_providers": {"aws": {"source": PROVIDER, "version": VERSION}}}}
        (Path(folder) / "main.tf.json").write_text(json.dumps(needed), encoding="utf-8")
        subprocess.run(["terraform", "init", "-backend=false", "-input=false"], cwd=folder, check=True, stdout=-3)
        shown = subprocess.run(
            ["terraform", "providers", "schema", "-json"], cwd=folder, check=True, stdout=subprocess.PIPE
        )
    (provider,) = json.loads(shown.stdout)["provider_schemas"].values()
    found: Schema = provider
    return found


def wanted() -> Iterator[tuple[str, str]]:
    """Each kind and type that is asked for."""
    for line in TYPES.read_text(encoding="utf-8").splitlines():
        if line and not line.startswith("#"):
            kind, name = line.split()
            yield kind, name


def stub(provider: Schema) -> str:
    """The whole stub."""
    blocks: list[str] = []
    methods: dict[str, list[str]] = {kind: [] for kind in KINDS}
    for kind, name in wanted():
        schema = provider[KINDS[kind][0]][name]["block"]
        writer = Writer(("" if kind == "resource" else KINDS[kind][1]) + _title(name.removeprefix("aws_")))
        methods[kind].append(writer.method(kind, name, schema))
        blocks += writer.blocks
    parts = [HEAD, *blocks]
    for kind, (_, _, title) in KINDS.items():
        parts.append(f"class {title}:\n    def __init__(self, module: Module) -> None: ...\n" + "".join(methods[kind]))
    return "\n".join(parts)


class Writer:
    """Writes one type: its own signature, and a typed dictionary for each block inside."""

    def __init__(self, title: str) -> None:
        self.title = title
        self.blocks: list[str] = []
        self.known: dict[str, str] = {}

    def method(self, kind: str, name: str, schema: Schema) -> str:
        """The method that adds a resource, or a data source."""
        required, optional = [], []
        for argument, annotation, is_required in self._arguments((), schema):
            if argument in ("tags_all", "id"):
                continue
            if is_required:
                required.append(f"{argument}: {annotation}")
            else:
                optional.append(f"{argument}: {annotation} | None = None")
        given = ", ".join(
            f'"{each}"' for each in sorted({*schema.get("attributes", {}), *schema.get("block_types", {})})
        )
        result = KINDS[kind][1]
        arguments = ", ".join([*required, *optional, META[kind]])
        return f"    def {name}(self, label: str, /, *, {arguments}) -> {result}[Literal[{given}]]: ...\n"

    def _arguments(self, path: Names, schema: Schema) -> Iterator[tuple[str, str, bool]]:
        for name, attribute in sorted(schema.get("attributes", {}).items()):
            if attribute.get("deprecated") or not (attribute.get("optional") or attribute.get("required")):
                continue
            yield name, self._attribute((*path, name), attribute), bool(attribute.get("required"))
        for name, block in sorted(schema.get("block_types", {}).items()):
            if name == "timeouts" or block["block"].get("deprecated"):
                continue
            inner = self._block((*path, name), block["block"])
            single = block["nesting_mode"] in ("single", "group") or block.get("max_items") == 1
            yield name, f"{'Block' if single else 'Blocks'}[{inner}]", bool(block.get("min_items"))

    def _attribute(self, path: Names, attribute: Schema) -> str:
        if "nested_type" not in attribute:
            return self._type(path, attribute["type"])
        nested = attribute["nested_type"]
        inner = self._block(path, nested)
        return inner if nested["nesting_mode"] == "single" else f"Iterable[{inner}]"

    def _type(self, path: Names, described: Any) -> str:
        match described:
            case "string":
                return "str"
            case "number":
                return "Number"
            case "bool":
                return "Flag"
            case ["list" | "set", inner]:
                return f"Many[{self._type(path, inner)}]"
            case ["map", inner]:
                return f"Mapping[str, {self._type(path, inner)}] | Expression"
            case ["object", fields]:
                attributes = {name: {"type": of, "required": True} for name, of in fields.items()}
                return self._block(path, {"attributes": attributes})
        return "object"

    def _block(self, path: Names, schema: Schema) -> str:
        """The name of the typed dictionary for a block; equal blocks of one type share one."""
        identity = json.dumps(schema, sort_keys=True)
        if identity not in self.known:
            title = self.known[identity] = self._free_name(path)
            fields = [
                (name, f"Required[{annotation}]" if is_required else f"{annotation} | None")
                for name, annotation, is_required in self._arguments(path, schema)
            ]
            if any(keyword.iskeyword(name) for name, _ in fields):
                entries = ", ".join(f'"{name}": {annotation}' for name, annotation in fields)
                self.blocks.append(f'{title} = TypedDict("{title}", {{{entries}}}, total=False)\n')
            else:
                entries = "".join(f"    {name}: {annotation}\n" for name, annotation in fields) or "    ...\n"
                self.blocks.append(f"class {title}(TypedDict, total=False):\n{entries}")
        return self.known[identity]

    def _free_name(self, path: Names) -> str:
        """The shortest name that no other block of the type has: its key, after as many of those above as needed."""
        names = (self.title + "".join(map(_title, path[start:])) for start in range(len(path) - 1, -1, -1))
        return next(name for name in names if name not in self.known.values())


def formatted(text: str) -> str:
    """The same, as `ruff format` writes it."""
    ruff = Path(sys.executable).with_name("ruff")
    done = subprocess.run(
        [ruff, "format", "--stdin-filename", STUB, "-"], input=text, capture_output=True, text=True, check=True
    )
    return done.stdout


def _title(name: str) -> str:
    return "".join(word.capitalize() for word in name.split("_"))


if __name__ == "__main__":
    main()
