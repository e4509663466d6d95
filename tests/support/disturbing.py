"""What can happen to a deployment while it runs, drawn from a seed: kills, signals, lost locks, and faults of AWS."""

from __future__ import annotations

import contextlib
import os
import random
import re
import signal
import subprocess
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from rollouts import HELLO, SMALL, Ran, command

from tapstack.sandbox.control import Sandbox

REGIONS = ("us-east-1", "eu-west-1", "us-west-2")
HOME, STANDBY = REGIONS[:2]
UNNAMED = (r"^objectives:.*\n", r"^dns:\n(?: +.*\n)+", r"^ +dns: .*\n")
"""What of the small fleet has to do with its name."""
UNFORESEEN = 1
KILLED = -signal.SIGKILL
LONGEST_WAIT = 900


class Stage(StrEnum):
    """What the fleet is in for when the disturbance comes."""

    CREATE = "create"
    UPDATE = "update"
    DESTROY = "destroy"


def fleet_text(regions: int, *, changed: bool = False, replication: str = "none", is_named: bool = True) -> str:
    """The small fleet in so many regions, as it is first or as it is after an update.

    Without a name in DNS it promises nothing; and Terraform, which waits 30 s for each change of a zone, is quick. An
    alarm on what a disturbance did looks back for one minute, and not for five: so long does a gate wait for it.
    """
    text = SMALL + "observability: {thresholds: {period: 60s}}\n"
    text = text.replace("  eu-west-1: {}\n", "".join(f"  {region}: {{}}\n" for region in REGIONS[1:regions]))
    text = text.replace("files: {replication: none}", f"files: {{replication: {replication}}}")
    if changed:
        text = text.replace("timeout: 5s", "timeout: 7s\n    memory: 256")
        text = text.replace("buckets:\n", "buckets:\n  more: {replication: none}\n")
    if not is_named:
        for part in UNNAMED:
            text = re.sub(part, "", text, flags=re.MULTILINE)
    return text


def write_fleet(folder: Path, text: str, code: str = HELLO) -> Path:
    """Write a fleet and its function; the fleet's file."""
    function = folder / "functions" / "hello" / "index.py"
    function.parent.mkdir(parents=True, exist_ok=True)
    function.write_text(code)
    file = folder / "fleet.yaml"
    file.write_text(text)
    return file


@dataclass(frozen=True)
class Deployer:
    """A verb that runs beside the test."""

    process: subprocess.Popen[str]

    @classmethod
    def start(cls, verb: str, *arguments: str, file: Path, sandbox: str) -> Deployer:
        """Start it, as a person does; in a group of its own, so that signals reach it alone."""
        return cls(
            subprocess.Popen(
                command(verb, "--file", str(file), "-e", "dev", "--target", f"sandbox:{sandbox}", *arguments),
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=subprocess.PIPE,
                text=True,
                env=os.environ,
                start_new_session=True,
            )
        )

    @property
    def is_over(self) -> bool:
        """Tell whether it has ended."""
        return self.process.poll() is not None

    def wait(self, seconds: float) -> bool:
        """Let it run for a while; tells whether it has ended."""
        try:
            self.process.wait(seconds)
        except subprocess.TimeoutExpired:
            return False
        return True

    def signal(self, number: int) -> None:
        """Send it a signal, if it is still there."""
        if not self.is_over:
            self.process.send_signal(number)

    def end(self) -> Ran:
        """Wait until it ends; what it said."""
        try:
            out, err = self.process.communicate(timeout=LONGEST_WAIT)
        except subprocess.TimeoutExpired:
            self.process.kill()
            out, err = self.process.communicate()
            raise AssertionError(f"It does not end.\n{out[-2000:]}\n{err[-4000:]}") from None
        return Ran(self.process.returncode, out, err)


@dataclass(frozen=True)
class Case:
    """One disturbed deployment."""

    seed: int
    kind: str
    stage: Stage
    regions: int
    replication: str
    is_cold: bool
    """Nothing was synthesised on this machine before."""
    moment: float
    """When it happens, as a share of how long an undisturbed run takes."""
    lasts: float
    is_sample: bool

    @classmethod
    def of(cls, seed: int, *, is_sample: bool) -> Case:
        """The case of a seed; in a sample a small and quick one."""
        draw = random.Random(seed)  # to be repeated, not to be secret
        kind = tuple(DISTURBANCES)[seed % len(DISTURBANCES)]
        return cls(
            seed=seed,
            kind=kind,
            stage=draw.choices(tuple(Stage), (6, 0, 1) if is_sample else (5, 3, 2))[0],
            regions=2 if is_sample else draw.choice((2, 2, 3)),
            replication="none" if is_sample else draw.choice(("none", "none", "both-ways")),
            is_cold=draw.random() < (0 if is_sample else 0.25),
            moment=draw.uniform(0.1, 0.95),
            lasts=draw.uniform(1, 7),
            is_sample=is_sample,
        )

    @property
    def draw(self) -> random.Random:
        """For what only some kinds want to know."""
        return random.Random(f"{self.seed} {self.kind}")  # to be repeated, not to be secret

    @property
    def places(self) -> tuple[str, ...]:
        """The regions of its fleet."""
        return REGIONS[: self.regions]

    def __str__(self) -> str:
        return f"{self.seed}-{self.kind}-{self.stage}-{self.regions}"


@dataclass(frozen=True)
class Scene:
    """Where a disturbance happens."""

    case: Case
    sandbox: Sandbox
    deployer: Deployer
    take_over: Callable[[], Deployer]


Disturbance = Callable[[Scene], Sequence[Ran]]
"""Does it, and tells what others than the deployer said."""


def _kill(scene: Scene) -> Sequence[Ran]:
    scene.deployer.signal(signal.SIGKILL)
    return ()


def _cut_power(scene: Scene) -> Sequence[Ran]:
    """Kill what the deployer has started, too: each such process leads a group."""
    started = _children(scene.deployer.process.pid)
    scene.deployer.signal(signal.SIGKILL)
    for pid in started:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(pid, signal.SIGKILL)
    return ()


def _children(pid: int) -> list[int]:
    found = []
    for process in Path("/proc").glob("[0-9]*"):
        with contextlib.suppress(OSError):
            parent = (process / "stat").read_text().rpartition(")")[2].split()[1]
            if int(parent) == pid and os.getpgid(int(process.name)) == int(process.name):
                found.append(int(process.name))
    return found


def _interrupt(scene: Scene) -> Sequence[Ran]:
    scene.deployer.signal(signal.SIGINT)
    return ()


def _interrupt_twice(scene: Scene) -> Sequence[Ran]:
    scene.deployer.signal(signal.SIGINT)
    scene.deployer.wait(scene.case.draw.uniform(0.02, 1.0))
    scene.deployer.signal(signal.SIGINT)
    return ()


def _lose_lock(scene: Scene) -> Sequence[Ran]:
    return (scene.take_over().end(),)


def _fault(regions: Callable[[Case], Sequence[str]], **fault: float | bool) -> Disturbance:
    """A fault of AWS in some regions, for as long as the case says."""

    def disturb(scene: Scene) -> Sequence[Ran]:
        for region in regions(scene.case):
            scene.sandbox.outage(region, **fault)  # type: ignore[arg-type] # the names are outage's own
        scene.deployer.wait(scene.case.lasts)
        scene.sandbox.restore()
        return ()

    return disturb


def _several(scene: Scene) -> Sequence[Ran]:
    draw, places = scene.case.draw, scene.case.places
    scene.sandbox.outage(draw.choice(places), throttle_rate=draw.uniform(0.1, 0.5), error_rate=draw.uniform(0.0, 0.2))
    if scene.deployer.wait(draw.uniform(0, 2)):
        scene.sandbox.restore()
        return ()
    scene.sandbox.outage(
        draw.choice(places), **draw.choice(({}, {"expired_credentials": True}, {"latency_seconds": 0.3}))
    )
    scene.deployer.wait(draw.uniform(0, 2))
    scene.deployer.signal(draw.choice((signal.SIGKILL, signal.SIGINT, signal.SIGTERM)))
    scene.deployer.wait(scene.case.lasts)
    scene.sandbox.restore()
    return ()


def _any(case: Case) -> Sequence[str]:
    return case.draw.sample(case.places, case.draw.randint(1, len(case.places)))


DISTURBANCES: Mapping[str, Disturbance] = {
    "kill": _kill,
    "throttling": _fault(_any, throttle_rate=0.5),
    "errors": _fault(_any, error_rate=0.3),
    "latency": _fault(_any, latency_seconds=0.4),
    "outage-of-home": _fault(lambda _: (HOME,)),
    "outage-of-standby": _fault(lambda case: (case.draw.choice(case.places[1:]),)),
    "expired-credentials": _fault(lambda case: case.places, expired_credentials=True),
    "interrupt": _interrupt,
    "interrupt-twice": _interrupt_twice,
    "lost-lock": _lose_lock,
    "several": _several,
    "power-cut": _cut_power,
}


def disturbed(scene: Scene, usual_seconds: float) -> tuple[Ran, Sequence[Ran]]:
    """Let the deployer run until the moment, disturb it, and wait for its end; what it and others said."""
    began = time.monotonic()
    others: Sequence[Ran] = ()
    try:
        if not scene.deployer.wait(scene.case.moment * usual_seconds):
            others = DISTURBANCES[scene.case.kind](scene)
    finally:
        scene.sandbox.restore()
        ran = scene.deployer.end()
    assert time.monotonic() - began < LONGEST_WAIT
    return ran, others
