"""Boots the server: installs the extensions, listens, says that it is ready, and takes everything down again."""

from __future__ import annotations

import asyncio
import contextlib
import gc
import logging
import os
import signal
import threading
import time
from collections.abc import Callable

import psutil
from hypercorn.asyncio import serve as serve_application
from ministack import app as emulator

from tapstack.sandbox.folder import SandboxFolder
from tapstack.sandbox.process import OWNER_DESCRIPTOR, READY_DESCRIPTOR
from tapstack.sandbox.server import connections, data_planes, loopback, saved_state, whole_answers
from tapstack.sandbox.server.addresses import all_addresses
from tapstack.sandbox.server.control_api import ControlApi
from tapstack.sandbox.server.extension import Clock, Extension, ServerContext
from tapstack.sandbox.server.extensions import EXTENSIONS
from tapstack.sandbox.server.gateway import Gateway
from tapstack.sandbox.server.identity import ensure_administrator
from tapstack.sandbox.server.tls import TlsConfig
from tapstack.sandbox.settings import SandboxSettings

_log = logging.getLogger("tapstack")
# The parent waits five seconds before it kills: be done before that, with the state saved.
_STOP_SECONDS = 3.5
_EXTENSION_STOP_SECONDS = 2.5
_REQUEST_GRACE_SECONDS = 0.3


def serve(settings: SandboxSettings, folder: SandboxFolder) -> None:
    """Run until asked to stop; does not return."""
    try:
        asyncio.run(_Server(settings, folder).run())
    except Exception:  # noqa: BLE001 - the log is where the parent looks for what went wrong
        _log.exception("The sandbox ended because of an error")
    finally:
        _end(1)


class _Server:
    def __init__(self, settings: SandboxSettings, folder: SandboxFolder) -> None:
        self._settings = settings
        self._folder = folder
        self._context = ServerContext(settings, Clock(settings.clock_factor))
        self._stopping = asyncio.Event()
        self._started: list[Extension] = []

    async def run(self) -> None:
        """Serve, and end the process."""
        loop = asyncio.get_running_loop()
        for number in (signal.SIGTERM, signal.SIGINT):
            loop.add_signal_handler(number, self._stopping.set)
        _watch_owner(lambda: loop.call_soon_threadsafe(self._stopping.set))
        loopback.configure(self._settings)
        connections.install()
        whole_answers.install()
        data_planes.install(self._settings.ports)
        saved_state.install(self._folder.state)
        for extension in EXTENSIONS:
            extension.install(self._context)
        control = ControlApi(
            self._context,
            self._folder.token.read_text(encoding="utf-8"),
            status=self._status,
            reset=self._reset,
        )
        application = Gateway(emulator.app, control, self._context)
        serving = asyncio.create_task(
            serve_application(
                application,
                _listeners(self._settings, self._folder),
                shutdown_trigger=self._stopping.wait,
            )
        )
        try:
            if not await self._is_listening(serving):
                await serving
                return
            await ensure_administrator(self._folder, self._settings)
            for extension in EXTENSIONS:
                await extension.start(self._context)
                self._started.append(extension)
            _collect_garbage_again()
            _say_ready()
            await self._stopping.wait()
        finally:
            self._stopping.set()
            _watch_stop()
            await self._stop_extensions()
            await asyncio.wait([serving], timeout=_REQUEST_GRACE_SECONDS)
            connections.drop_all()
            with contextlib.suppress(asyncio.CancelledError):
                await serving
        # Not back to asyncio: it would wait for every thread, and a stuck custom resource holds one for minutes.
        _end(0)

    async def _is_listening(self, serving: asyncio.Task[None]) -> bool:
        while not serving.done() and not self._stopping.is_set():
            with contextlib.suppress(OSError):
                _, writer = await asyncio.open_connection("127.0.0.1", self._settings.ports.http)
                writer.close()
                await writer.wait_closed()
                return True
            await asyncio.sleep(0.005)
        return False

    async def _stop_extensions(self) -> None:
        async def stop(extension: Extension) -> None:
            try:
                async with asyncio.timeout(_EXTENSION_STOP_SECONDS):
                    await extension.stop()
            except Exception:  # noqa: BLE001 - one that fails must not keep the others running
                _log.exception("The extension %s did not stop", extension.name)

        await asyncio.gather(*map(stop, reversed(self._started)))

    async def _reset(self) -> None:
        self._context.faults.by_region.clear()
        async with emulator._get_reset_lock():  # requests wait, so that none sees a half-empty state
            await asyncio.to_thread(emulator._reset_all_state)
        for extension in EXTENSIONS:
            extension.reset()
        await ensure_administrator(self._folder, self._settings)

    def _status(self) -> dict[str, object]:
        return {
            "settings": self._settings.as_mapping(),
            "pid": os.getpid(),
            "faults": {
                region: {
                    "unreachable": fault.unreachable,
                    "latency_seconds": fault.latency_seconds,
                    "error_rate": fault.error_rate,
                    "throttle_rate": fault.throttle_rate,
                    "expired_credentials": fault.expired_credentials,
                    "services": sorted(fault.services),
                }
                for region, fault in sorted(self._context.faults.by_region.items())
            },
            "parts": {extension.name: dict(extension.status()) for extension in EXTENSIONS},
        }


def _listeners(settings: SandboxSettings, folder: SandboxFolder) -> TlsConfig:
    config = TlsConfig(folder)
    config.bind = [f"{address}:{settings.ports.https}" for address in all_addresses()]
    config.insecure_bind = [f"{address}:{settings.ports.http}" for address in all_addresses()]
    # Longer than clients keep an idle connection (Terraform's provider: 90 s): who closes one while a request is on its
    # way already never answers it, and a create that is asked for again finds its own result in its way.
    config.keep_alive_timeout = 600
    config.graceful_timeout = 0.5
    config.loglevel = "WARNING"
    return config


def _collect_garbage_again() -> None:
    """What was loaded so far stays for good: never look at it again."""
    gc.freeze()
    gc.enable()


def _say_ready() -> None:
    descriptor = int(os.environ.pop(READY_DESCRIPTOR))
    # A parent that gave up waiting has closed its end.
    with contextlib.suppress(BrokenPipeError):
        os.write(descriptor, b"ready")
    os.close(descriptor)


def _watch_owner(stop: Callable[[], object]) -> None:
    """Stop when the owner ends, by whatever cause: then the system closes its end of the pipe."""
    descriptor = os.environ.pop(OWNER_DESCRIPTOR, None)
    if descriptor is None:
        return

    def wait() -> None:
        os.read(int(descriptor), 1)
        _log.warning("The process that owned this sandbox is gone")
        stop()
        _watch_stop()

    threading.Thread(target=wait, name="tapstack-owner", daemon=True).start()


def _watch_stop() -> None:
    """End the process even when something does not let go, yet not without saving what there is."""

    def wait() -> None:
        time.sleep(_STOP_SECONDS)
        _log.warning("Stopping took longer than %s seconds: ended without waiting further", _STOP_SECONDS)
        with contextlib.suppress(Exception):
            emulator.save_all(emulator._build_persistence_save_dict())
        _end(1)

    threading.Thread(target=wait, name="tapstack-stop", daemon=True).start()


def _end(exit_code: int) -> None:
    """Leave no child behind, and do not wait for threads."""
    logging.shutdown()
    for child in psutil.Process().children(recursive=True):
        with contextlib.suppress(psutil.NoSuchProcess):
            child.kill()
    os._exit(exit_code)
