#!/usr/bin/env python3
"""A door for people who live in `cdk`: the same assembly that `tapstack synth` writes.

    npx aws-cdk@2 deploy --all -c environmentSuffix=dev -c fleet=examples/web-platform/fleet.yaml

The tags Repository and Author come from the variables REPOSITORY and COMMIT_AUTHOR, as a pipeline sets them.
"""

import json
import os
import sys
from pathlib import Path

from tapstack.cli.options import ready
from tapstack.cli.problems import show_error
from tapstack.engines.cloudformation.assembly import synthesise
from tapstack.errors import TapStackError

DEFAULT_FLEET = "examples/aurora-failover/fleet.yaml"


def main() -> None:
    """Synthesise what the CDK CLI asks for by its context."""
    context = json.loads(os.environ.get("CDK_CONTEXT_JSON", "{}"))
    file = Path(context.get("fleet", DEFAULT_FLEET))
    fleet, plan = ready(file, context.get("environmentSuffix", "dev"))
    variables = {"Repository": "REPOSITORY", "Author": "COMMIT_AUTHOR"}
    tags = {tag: os.environ[variable] for tag, variable in variables.items() if os.environ.get(variable)}
    defaults = {tag: "unknown" for tag in variables if tag not in plan.tags}
    output = Path(os.environ.get("CDK_OUTDIR", "cdk.out"))
    synthesise(fleet, plan, source=file.parent, output=output, tags={**defaults, **tags})


if __name__ == "__main__":
    try:
        main()
    except TapStackError as error:
        show_error(error)
        sys.exit(error.exit_code)
