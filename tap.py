#!/usr/bin/env python3
"""A door for people who live in `cdk` or `cdktn`: the same artifacts that `tapstack synth` writes.

    npx aws-cdk@2 deploy --all -c environmentSuffix=dev -c fleet=examples/web-platform/fleet.yaml
    ENVIRONMENT_SUFFIX=staging npx cdktn-cli deploy tap-stack-us-east-1

`cdktn` takes the fleet and the environment from `context` in cdktf.json, or from the variables FLEET and
ENVIRONMENT_SUFFIX. The tags Repository and Author come from the variables REPOSITORY and COMMIT_AUTHOR, as a pipeline
sets them.
"""

import json
import os
import sys
from pathlib import Path

from tapstack.cli.options import ready
from tapstack.cli.problems import show_error
from tapstack.errors import TapStackError

DEFAULT_FLEET = "examples/aurora-failover/fleet.yaml"


def main() -> None:
    """Synthesise what the CLI that runs this asks for by its context."""
    is_terraform = "CDKTF_OUTDIR" in os.environ
    context = json.loads(os.environ.get("CDKTF_CONTEXT_JSON" if is_terraform else "CDK_CONTEXT_JSON", "{}"))
    if is_terraform:
        # cdktn has no option for a context of the moment.
        context |= {"fleet": os.environ.get("FLEET", context.get("fleet", DEFAULT_FLEET))}
        context |= {"environmentSuffix": os.environ.get("ENVIRONMENT_SUFFIX", context.get("environmentSuffix", "dev"))}
    file = Path(context.get("fleet", DEFAULT_FLEET))
    fleet, plan = ready(file, context.get("environmentSuffix", "dev"))
    variables = {"Repository": "REPOSITORY", "Author": "COMMIT_AUTHOR"}
    tags = {tag: os.environ[variable] for tag, variable in variables.items() if os.environ.get(variable)}
    tags = {**{tag: "unknown" for tag in variables if tag not in plan.tags}, **tags}
    if is_terraform:
        from tapstack.engines.terraform import assembly as terraform

        terraform.synthesise(fleet, plan, source=file.parent, output=Path(os.environ["CDKTF_OUTDIR"]), tags=tags)
    else:
        from tapstack.engines.cloudformation import assembly as cloudformation

        output = Path(os.environ.get("CDK_OUTDIR", "cdk.out"))
        cloudformation.synthesise(fleet, plan, source=file.parent, output=output, tags=tags)


if __name__ == "__main__":
    try:
        main()
    except TapStackError as error:
        show_error(error)
        sys.exit(error.exit_code)
