"""Start, find, stop and steer a sandbox from the outside."""

from __future__ import annotations

import contextlib
import fcntl
import importlib.util
import json
import os
import secrets
import time
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tapstack.errors import MissingToolError, SandboxError, SandboxNotRunningError
from tapstack.sandbox import process
from tapstack.sandbox.credentials import Credentials
from tapstack.sandbox.folder import SandboxFolder, read_json, state_home, write_private
from tapstack.sandbox.free_ports import free_ports
from tapstack.sandbox.requests import ControlRequests
from tapstack.sandbox.settings import SandboxSettings

if TYPE_CHECKING:
    import boto3

_SERVER_MODULE = "tapstack.sandbox.server"
_NEEDED_MODULES = ("ministack", "hypercorn", "cryptography", "dnslib", "psutil")
_READY_SECONDS = 60.0
_STOP_SECONDS = 5.0
_LOCK_SECONDS = 90.0
_PORT_ATTEMPTS = 3


class Sandbox:
    """One running sandbox."""

    def __init__(self, folder: SandboxFolder, settings: SandboxSettings, owner: int | None = None) -> None:
        self.folder = folder
        self.settings = settings
        self._owner = owner

    @classmethod
    @contextlib.contextmanager
    def run(cls, name: str, **options: Any) -> Iterator[Sandbox]:
        """Run a sandbox for as long as the `with` block, and never longer than this process."""
        sandbox = start(name, owned=True, **options)
        try:
            yield sandbox
        finally:
            sandbox.stop()

    @property
    def name(self) -> str:
        """The sandbox's name."""
        return self.settings.name

    @property
    def endpoint(self) -> str:
        """Where it answers in plain HTTP."""
        return f"http://127.0.0.1:{self.settings.ports.http}"

    @property
    def tls_endpoint(self) -> str:
        """Where it answers with TLS; clients trust `ca_bundle`."""
        return f"https://127.0.0.1:{self.settings.ports.https}"

    @property
    def ca_bundle(self) -> Path:
        """The certificate to trust for the TLS endpoint."""
        return self.folder.ca_bundle

    @property
    def dns_port(self) -> int:
        """The loopback port, UDP and TCP, on which the deployed zones are answered."""
        return self.settings.ports.dns

    @property
    def credentials(self) -> Credentials:
        """The administrator's access key."""
        return Credentials.read(self.folder.credentials)

    def session(self, region: str | None = None) -> boto3.Session:
        """A boto3 session of the administrator, whose clients all reach this sandbox."""
        from tapstack.sandbox.session import SandboxSession

        key = self.credentials
        return SandboxSession(
            endpoint=self.tls_endpoint,
            ca_bundle=self.ca_bundle,
            aws_access_key_id=key.access_key_id,
            aws_secret_access_key=key.secret_access_key,
            region_name=region or self.settings.default_region,
        )

    def client(self, service: str, region: str | None = None, **arguments: Any) -> Any:
        """A boto3 client of the administrator."""
        # The type stubs know one overload per service; the name is only known to the caller.
        return self.session(region).client(service, **arguments)  # type: ignore[call-overload]

    def outage(
        self,
        region: str,
        *,
        services: Sequence[str] = (),
        latency_seconds: float = 0.0,
        error_rate: float = 0.0,
        throttle_rate: float = 0.0,
        expired_credentials: bool = False,
    ) -> float:
        """Make a region unreachable; or slow, failing, throttling or refusing everybody's credentials, where given.

        Returns since when: a moment of the monotonic clock.
        """
        answer = self._requests.send(
            "PUT",
            f"/faults/{region}",
            {
                "unreachable": not (latency_seconds or error_rate or throttle_rate or expired_credentials),
                "latency_seconds": latency_seconds,
                "error_rate": error_rate,
                "throttle_rate": throttle_rate,
                "expired_credentials": expired_credentials,
                "services": list(services),
            },
        )
        return float(answer["monotonic"])

    def restore(self, region: str | None = None) -> float:
        """End the fault of a region, or of all; returns since when, by the monotonic clock."""
        return float(self._requests.send("DELETE", f"/faults/{region}" if region else "/faults")["monotonic"])

    def status(self) -> dict[str, Any]:
        """What runs, part by part, and the faults in force."""
        return self._requests.send("GET", "/status")

    def reset(self) -> None:
        """Empty it: as if it had been started for the first time, with the same administrator."""
        self._requests.send("POST", "/reset", seconds=60)

    def stop(self) -> None:
        """Stop it, and everything that it started."""
        stop(self.name, folder=self.folder)
        if self._owner is not None:
            os.close(self._owner)
            self._owner = None

    @property
    def _requests(self) -> ControlRequests:
        return ControlRequests(self.name, self.settings.ports.http, self.folder.token)


def start(
    name: str = "default",
    *,
    owned: bool = False,
    folder: SandboxFolder | None = None,
    **options: Any,
) -> Sandbox:
    """Start a sandbox and wait until it is ready; a detached one that runs already is simply returned.

    `options` are fields of `SandboxSettings`. Ports are remembered, so that addresses stay the same over restarts.
    """
    _require_extra()
    folder = folder or SandboxFolder.of(name)
    with _usable(folder), _locked(folder):
        running = _running(folder)
        if running is not None:
            if owned:
                raise SandboxError(
                    f"The sandbox '{name}' runs already",
                    "It was started elsewhere and would not end with this process. Choose another name, or stop it.",
                    command=f"tapstack sandbox stop --name {name}",
                )
            _refuse_other_options(running, options)
            return running
        _sweep(folder)
        remembered = folder.remembered_settings()
        for attempt in range(_PORT_ATTEMPTS):
            ports = free_ports(remembered.ports if remembered is not None and attempt == 0 else None)
            settings = SandboxSettings(name=name, folder=folder.path, ports=ports, **options)
            owner = _launch(folder, settings, owned=owned)
            if owner is not _PORT_TAKEN:
                return Sandbox(folder, settings, owner)
    raise SandboxError(
        f"The sandbox '{name}' found no free ports",
        f"Another program took them {_PORT_ATTEMPTS} times between choosing and using them. Try again.",
    )


def attach(name: str = "default") -> Sandbox:
    """Find a running sandbox."""
    folder = SandboxFolder.of(name)
    running = _running(folder)
    if running is None:
        _sweep(folder)
        raise SandboxNotRunningError(
            f"The sandbox '{name}' is not running",
            f"Start it first{_others_that_run()}.",
            command="tapstack sandbox start" + ("" if name == "default" else f" --name {name}"),
        )
    return running


def _others_that_run() -> str:
    home = state_home()
    folders = sorted(home.iterdir()) if home.is_dir() else []
    names = [folder.name for folder in folders if _running(SandboxFolder(folder)) is not None]
    return f", or name the one that you mean: {', '.join(names)}" if names else ""


def stop(name: str = "default", *, folder: SandboxFolder | None = None) -> bool:
    """Stop a sandbox with everything it started; tells whether there was anything to stop."""
    folder = folder or SandboxFolder.of(name)
    if not folder.path.is_dir():
        return False
    with _locked(folder):
        server = _recorded(folder)
        if server is None:
            return False
        was_running = server.find() is not None
        swept = process.end(server, patience_seconds=_STOP_SECONDS)
        folder.process.unlink(missing_ok=True)
        folder.empty_temporary()
        return was_running or swept > 0


_PORT_TAKEN = -1


def _launch(folder: SandboxFolder, settings: SandboxSettings, *, owned: bool) -> int | None:
    """Start the server process; the owner's end of the pipe for an owned one."""
    from tapstack.sandbox.certificates import ensure_certificates

    ensure_certificates(folder)
    folder.empty_temporary()
    write_private(folder.settings, settings.as_json())
    write_private(folder.token, secrets.token_urlsafe(32))
    run = secrets.token_hex(16)
    launched = process.launch(
        _SERVER_MODULE,
        [str(folder.path)],
        environment=_clean_environment(folder, run),
        log=folder.log,
        owned=owned,
    )
    server = process.recognise(launched.pid, run, owned=owned)
    try:
        write_private(folder.process, json.dumps(server.as_mapping()))
        is_ready = launched.wait_ready(_READY_SECONDS)
    except BaseException:  # Ctrl-C while waiting, or a full disk: what was begun is taken back
        _take_back(folder, server, launched.owner)
        raise
    if is_ready:
        return launched.owner
    _take_back(folder, server, launched.owner)
    said = _last_lines(folder.log)
    if "address already in use" in said.lower():
        return _PORT_TAKEN
    raise SandboxError(
        f"The sandbox '{settings.name}' did not start", f"The last lines of {folder.log}:\n\n{said or '(empty)'}"
    )


def _take_back(folder: SandboxFolder, server: process.ServerProcess, owner: int | None) -> None:
    process.end(server, patience_seconds=1)
    folder.process.unlink(missing_ok=True)
    if owner is not None:
        os.close(owner)


def _clean_environment(folder: SandboxFolder, run: str) -> dict[str, str]:
    """What the server sees of this process's environment: nothing that could reach a function or another cloud."""
    kept = ("PATH", "HOME", "LANG", "LC_ALL", "TZ", "SYSTEMROOT", "PYTHONPATH", "LD_LIBRARY_PATH", "DYLD_LIBRARY_PATH")
    return {
        **{name: os.environ[name] for name in kept if name in os.environ},
        "TMPDIR": str(folder.temporary),
        "PYTHONUNBUFFERED": "1",
        process.MARKER: run,
    }


def _running(folder: SandboxFolder) -> Sandbox | None:
    server = _recorded(folder)
    settings = folder.remembered_settings()
    if server is None or settings is None or server.find() is None:
        return None
    return Sandbox(folder, settings)


def _recorded(folder: SandboxFolder) -> process.ServerProcess | None:
    content = read_json(folder.process)
    return process.ServerProcess.from_mapping(content) if content is not None else None


def _sweep(folder: SandboxFolder) -> None:
    """End what a server that died without stopping has left behind."""
    server = _recorded(folder)
    if server is not None and server.find() is None:
        process.sweep(server)
        folder.process.unlink(missing_ok=True)
        folder.empty_temporary()


def _refuse_other_options(running: Sandbox, options: Mapping[str, Any]) -> None:
    """Asking for other settings than it runs with must not look as if they were now in force."""
    is_now = {name: getattr(running.settings, name, None) for name in options}
    others = [f"{name} is {is_now[name]}, not {wanted}" for name, wanted in options.items() if is_now[name] != wanted]
    if others:
        raise SandboxError(
            f"The sandbox '{running.name}' runs already, with other settings",
            f"{'; '.join(others)}. Stop it first: what it holds is kept.",
            command=f"tapstack sandbox stop --name {running.name}",
        )


@contextlib.contextmanager
def _usable(folder: SandboxFolder) -> Iterator[None]:
    """Make the folder; say it in words when the system does not let us keep anything in it."""
    try:
        folder.create()
        yield
    except OSError as error:
        raise SandboxError(
            "The sandbox cannot use its folder",
            f"{folder.path}: {error.strerror or error}. Set TAPSTACK_STATE_HOME to keep sandboxes elsewhere.",
        ) from error


@contextlib.contextmanager
def _locked(folder: SandboxFolder) -> Iterator[None]:
    """Let only one start or stop of a sandbox happen at a time; the system lets go when this process ends."""
    with folder.lock.open("a") as file:
        deadline = time.monotonic() + _LOCK_SECONDS
        while True:
            try:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
                break
            except BlockingIOError:
                if time.monotonic() > deadline:
                    raise SandboxError(
                        "Another start or stop of this sandbox does not end",
                        f"It holds {folder.lock} for more than {_LOCK_SECONDS:.0f} seconds.",
                    ) from None
                time.sleep(0.05)
        yield


def _last_lines(log: Path, count: int = 20) -> str:
    try:
        return "\n".join(log.read_text(encoding="utf-8", errors="replace").splitlines()[-count:])
    except OSError:
        return ""


def _require_extra() -> None:
    missing = [module for module in _NEEDED_MODULES if importlib.util.find_spec(module) is None]
    if missing:
        raise MissingToolError(
            "The embedded AWS is not installed",
            f"It needs {', '.join(missing)}, which the extra 'sandbox' brings.",
            command="pip install 'tapstack[sandbox]'",
        )
