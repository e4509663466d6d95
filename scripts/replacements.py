"""Write down which properties mean a new resource, as AWS's own resource schemas say, for the sandbox's change sets.

cfn-lint brings the schemas; it is needed to run this, not to run TapStack. Run it again when a type is added:

    python scripts/replacements.py
"""

from __future__ import annotations

import json
import re
from pathlib import Path

import cfnlint

_ROOT = Path(__file__).parent.parent
_SOURCES = ("src/tapstack", "tests/sandbox", "examples")
_TARGET = _ROOT / "src/tapstack/sandbox/server/resource_types/replacements.json"
_SCHEMAS = Path(cfnlint.__file__).parent / "data/schemas"
_TYPE = re.compile(r"AWS::[A-Za-z0-9]+::[A-Za-z0-9]+")


def main() -> None:
    """Find the types that are spoken of, and write what their schemas say."""
    versions = json.loads((_SCHEMAS / "providers/us-east-1.json").read_text())
    known = {}
    for name in sorted(_types()):
        if name not in versions:
            continue
        schema = json.loads((_SCHEMAS / f"resources/{versions[name]}.json").read_text())
        known[name] = {
            "always": _paths(schema, "createOnlyProperties"),
            "conditionally": _paths(schema, "conditionalCreateOnlyProperties"),
        }
    lines = [f"  {json.dumps(name)}: {json.dumps(content)}" for name, content in known.items()]
    _TARGET.write_text("{\n" + ",\n".join(lines) + "\n}\n")


def _types() -> set[str]:
    files = (path for source in _SOURCES for path in (_ROOT / source).rglob("*") if path.suffix in (".py", ".yaml"))
    return {found for path in files for found in _TYPE.findall(path.read_text())}


def _paths(schema: dict[str, list[str]], key: str) -> list[str]:
    return sorted(path.removeprefix("/properties/") for path in schema.get(key, ()))


if __name__ == "__main__":
    main()
