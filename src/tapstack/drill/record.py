"""The record of a drill: everything that is needed to argue with its verdict, as JSON.

Unless a field says otherwise, times are seconds of the fleet's clock since the load began; the wall's are these
divided by `settings.clock_factor`. Fields may be added within a version; one that changes its meaning makes a new one.
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, ValidationError

from tapstack.errors import FileAccessError

VERSION: Literal[1] = 1


class Recorded(BaseModel):
    """A part of a record: immutable data."""

    model_config = ConfigDict(frozen=True, extra="ignore")


def _rounded(value: float) -> float:
    return round(value, 3)


Number = Annotated[float, AfterValidator(_rounded)]
"""To the thousandth: nothing is measured more exactly than that."""


class EventKind(StrEnum):
    """What an event is about."""

    PHASE = "phase"
    """The drill comes to its next phase; `subject` names it: warm-up, outage, recovery, settling, failback, audit."""
    FAULT = "fault"
    """Something is broken; `subject` is the scenario's word for it."""
    RESTORED = "restored"
    """Something that was broken is whole again."""
    DNS = "dns"
    """A name is answered with another region; `subject` is the name."""
    CLIENT = "client"
    """A kind of client lost the fleet, or has it back; `subject` is the kind."""
    WRITES = "writes"
    """Writes begin, stop, fail, or succeed again; `subject` is the store."""
    NOTE = "note"
    """Anything else that a reader should know."""


class Event(Recorded):
    """Something that happened, for the timeline."""

    at: Number
    kind: EventKind
    text: str
    subject: str = ""
    region: str = ""


class Outcome(StrEnum):
    """How a request ended."""

    OK = "ok"
    SLOW = "slow"
    """Answered, but later than `settings.slow_after_seconds`."""
    FAILED = "failed"


class RequestCount(Recorded):
    """Requests that were sent within one step of the timeline."""

    at: Number
    """The beginning of the step; it lasts `series.step` seconds."""
    region: str
    """Who answered, or where the request was sent; empty where no address was found."""
    outcome: Outcome
    count: int
    client: str = ""
    """The kind of client: cached, fresh or sticky."""


class Latency(Recorded):
    """How long answers took within one step, in milliseconds of the wall clock."""

    at: Number
    count: int
    p50: Number
    p95: Number
    p99: Number


class DnsAnswer(Recorded):
    """From here on, a name was answered so; only changes are written."""

    at: Number
    name: str
    client_region: str
    region: str
    """Empty when there was no answer, or an address that belongs to none of the regions."""
    ttl: Number
    """Seconds of the fleet's clock, as answered."""


class WriteCount(Recorded):
    """Writes to one store within one step of the timeline."""

    at: Number
    store: str
    region: str
    outcome: Literal["acknowledged", "failed"]
    count: int


class Series(Recorded):
    """What a chart is drawn from."""

    step: Number
    requests: tuple[RequestCount, ...] = ()
    latencies: tuple[Latency, ...] = ()
    dns: tuple[DnsAnswer, ...] = ()
    writes: tuple[WriteCount, ...] = ()


class Span(Recorded):
    """A stretch of the timeline, for the background of a chart."""

    name: Literal["warm-up", "outage", "restored"]
    begin: Number
    end: Number


class ClientFigures(Recorded):
    """How one kind of client fared."""

    kind: str
    clients: int
    requests: int
    failed: int
    slowed: int
    recovered: Number | None
    """Seconds from the outage until the last of them was served steadily from elsewhere; None: not at all."""
    returned: Number | None
    """Seconds from the restore until the last of them was back where it was before; None: not within the drill."""
    counts: bool
    """Whether the recovery time of the fleet includes this kind."""


class StoreFigures(Recorded):
    """What became of the writes to one table or database."""

    store: str
    """`tables.NAME` or `databases.NAME`, as the fleet's file has it."""
    kind: Literal["table", "database"]
    follows_dns: bool
    """Whether one writes where DNS leads, so that failing over brings writes back, too."""
    replicated: bool
    """Whether writes of the warm-up were found in other regions at all."""
    acknowledged: int
    failed: int
    missing_at_takeover: int
    """Writes acknowledged before the outage that the surviving regions did not have."""
    missing_at_takeover_seconds: Number | None
    """The age, at the outage, of the oldest of them; 0 when none is missing, None when nothing is ever replicated."""
    missing_afterwards: int
    """Acknowledged writes that some region still did not have after all was restored and replication had settled."""
    missing_afterwards_seconds: Number | None
    conflicting: int
    """Acknowledged writes that another region overwrote without having seen them: the last writer won."""
    without_writes: Number | None
    """Seconds from the outage until writes succeeded steadily again; None: not while it lasted."""
    missing_examples: tuple[str, ...] = ()


class Figures(Recorded):
    """What was measured. Times are seconds of the fleet's clock; None is "did not happen"."""

    detected: Number | None
    """From the outage until DNS no longer answered with the lost region."""
    first_success: Number | None
    """From the outage until the first client was served from elsewhere."""
    recovered: Number | None
    """From the outage until every client that asks DNS again was served steadily from elsewhere: the measured RTO."""
    sticky_recovered: Number | None
    """The same for clients that keep their connection, whatever DNS says."""
    lost_seconds: Number | None
    """The measured RPO: the oldest write missing in any store. None: one never replicates, or none could be asked."""
    failed_back: Number | None
    """From the restore until DNS and every client that asks it again were back."""
    outage_seconds: Number
    requests: int
    failed: int
    slowed: int
    conflicting: int
    dns_switches: int
    clients: tuple[ClientFigures, ...] = ()
    stores: tuple[StoreFigures, ...] = ()


class NameSettings(Recorded):
    """One name that was asked for, and what the fleet's description makes inevitable for it."""

    name: str
    url: str
    routing: str
    interval: int | None
    threshold: int | None
    ttl: Number | None
    """As DNS answered, in seconds of the fleet's clock."""
    expected_recovery: Number | None
    """Interval times threshold plus TTL; None without a health check."""
    deployed: str = ""
    """What stands in Route 53, where that is not what the description says."""


class Settings(Recorded):
    """Under which conditions it was measured."""

    clock_factor: Number
    replication_lag_seconds: Number | None
    """As the sandbox is configured; None on AWS, where nobody can tell beforehand."""
    names: tuple[NameSettings, ...]
    stores: tuple[str, ...]
    not_written: tuple[str, ...] = ()
    """Stores of the fleet that were not written to, and why."""
    clients: Mapping[str, int]
    requests_per_second: Number
    """Of the wall clock, all clients together."""
    writes_per_second: Number
    """Of the wall clock, each store."""
    timeout_seconds: Number
    """Of the wall clock, for one request."""
    slow_after_seconds: Number
    """Of the wall clock."""
    warm_up_seconds: Number
    outage_limit_seconds: Number
    seed: int
    versions: Mapping[str, str]


class Instruments(Recorded):
    """How exact the figures are."""

    resolution: Number
    """Seconds of the fleet's clock: the longest pause between two requests of one client around the recovery."""
    dns_pause: Number
    """Seconds of the fleet's clock between two looks at DNS, at most, while it changed."""
    write_pause: Number
    """Seconds of the fleet's clock for which nobody wrote to a store, at most, in the last lag before the outage."""
    fault_took: Number
    """Seconds of the fleet's clock that breaking the region took; a sandbox tells since when it is in force."""
    conflicts_seen: int | None
    """Conflicting writes as the sandbox itself counted them in all its tables; None on AWS, which tells nobody."""
    late_wakes: Number
    """Seconds of the fleet's clock by which the busy machine woke clients late, at worst."""
    request_p50_ms: Number
    dns_p50_ms: Number


class Step(Recorded):
    """A step of the scenario, as it was meant and as it was taken."""

    at: str
    do: str
    region: str = ""
    detail: str = ""
    taken: Number | None = None


class ScenarioTold(Recorded):
    """The scenario, in full."""

    name: str
    summary: str
    source: str
    """`built in`, or the file."""
    steps: tuple[Step, ...]


class Criterion(Recorded):
    """One thing that decides, with what was expected, allowed and found."""

    name: str
    """A word for scripts: rto, rpo, writes, failback, settled, control, deploy."""
    subject: str
    """What it is about: a name, a store; empty for the whole fleet."""
    text: str
    unit: Literal["seconds", "count", ""]
    expected: Number | None = None
    """What the design makes inevitable."""
    limit: Number | None = None
    """What was promised."""
    measured: Number | None = None
    ok: bool | None = None
    """None: could not be measured, or nothing is promised; `text` tells which."""


class Verdict(Recorded):
    """Whether the promises were kept."""

    kept: bool | None
    """None: nothing is promised."""
    text: str
    criteria: tuple[Criterion, ...]


class DrillRecord(Recorded):
    """One drill, complete."""

    version: Literal[1] = VERSION
    id: str
    fleet: str
    environment: str
    engine: str
    target: str
    account: str
    home: str
    regions: tuple[str, ...]
    lost_region: str
    """The region that the scenario breaks; empty in a control drill."""
    who: str
    began: str
    """The wall clock's date and time, in UTC, of the first request."""
    ended: str
    zero: Number | None
    """When the outage began: the zero of every "from the outage"."""
    restored: Number | None
    """When the last fault was taken back."""
    scenario: ScenarioTold
    settings: Settings
    instruments: Instruments
    events: tuple[Event, ...]
    spans: tuple[Span, ...]
    series: Series
    figures: Figures
    verdict: Verdict

    def as_json(self) -> str:
        """The record as text."""
        return self.model_dump_json(indent=2) + "\n"

    @classmethod
    def read(cls, file: Path) -> DrillRecord:
        """Read back what `as_json` wrote."""
        try:
            return cls.model_validate_json(file.read_bytes())
        except OSError as error:
            raise FileAccessError(f"The record {file} cannot be read.", str(error)) from error
        except ValidationError as error:
            raise FileAccessError(f"{file} is no record of a drill of this release.", str(error)) from error
