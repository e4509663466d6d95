"""A journal tells whoever comes after a kill what was done, what was going on, and how long things took."""

from __future__ import annotations

import json
import random
import signal
import subprocess
import sys
import textwrap
import threading
import time
from pathlib import Path

import pytest
from memory_s3 import MemoryS3, MemoryTarget

from tapstack.errors import (
    DeploymentError,
    FileAccessError,
    InterruptedDeploymentError,
    LockedError,
    RefusedError,
)
from tapstack.plan.model import Plan, Unit, UnitKind, Wave
from tapstack.rollout import journal as journals
from tapstack.rollout import record as records
from tapstack.rollout.entries import Ended, Noted, Outcome, entries_of
from tapstack.rollout.journal import Journal
from tapstack.rollout.places import folder_of, open_journal
from tapstack.rollout.record import Record


def plan_of(fleet: str = "shop", environment: str = "prod") -> Plan:
    units = tuple(
        Unit(kind=UnitKind.REGIONAL, region=region, shape=shape, components=("network",))
        for region, shape in (("us-east-1", "home"), ("eu-west-1", "standby"), ("ap-southeast-2", "standby"))
    )
    waves = (Wave(name="all", units=tuple(unit.id for unit in units)),)
    return Plan(
        fleet=fleet,
        environment=environment,
        engine="terraform",
        account=None,
        production=True,
        protected=True,
        home="us-east-1",
        tags={},
        regions=(),
        units=units,
        waves=waves,
        update_waves=waves,
        names=(),
        outputs={},
    )


HOME, STANDBY, OTHER = (unit.id for unit in plan_of().units)


@pytest.fixture
def target() -> MemoryTarget:
    return MemoryTarget()


@pytest.fixture(params=["local", "s3://journals/team/{environment}"])
def journal(request: pytest.FixtureRequest, tmp_path: Path, target: MemoryTarget) -> Journal:
    return open_journal(request.param, tmp_path / "fleet.yaml", plan_of(), target)


def begin(journal: Journal, verb: str = "deploy") -> Record:
    return journal.begin(
        verb=verb, plan=plan_of(), target=MemoryTarget(), units=[HOME, STANDBY, OTHER], digests={HOME: "abc"}
    )


def test_a_deployment_is_told_from_beginning_to_end(journal: Journal) -> None:
    record = begin(journal)
    with record.ending() as ending:
        with record.step(HOME, "apply", was="absent"):
            record.note("delegate the zone")
        ending.succeeded()
    (deployment,) = journal.history()
    started = deployment.started
    assert (started.verb, started.engine, started.fleet, started.environment) == ("deploy", "terraform", "shop", "prod")
    assert (started.target, started.account) == ("sandbox", "123456789012")
    assert started.digests == {HOME: "abc"}
    assert started.shapes[STANDBY] == "standby"
    assert "@" in started.who
    assert [type(entry).__name__ for entry in deployment.entries] == ["Started", "Begun", "Noted", "Ended", "Finished"]
    assert deployment.outcome is Outcome.DONE
    assert deployment.open == ()
    assert journal.unfinished() is None


@pytest.mark.parametrize(
    ("error", "outcome"),
    [
        (DeploymentError("It failed.", "password=hunter2"), Outcome.FAILED),
        (RefusedError("It would destroy data.", "hunter2"), Outcome.REFUSED),
        (InterruptedDeploymentError("Stopped.", "hunter2"), Outcome.INTERRUPTED),
        (KeyboardInterrupt(), Outcome.INTERRUPTED),
        (ValueError("hunter2"), Outcome.FAILED),
    ],
)
def test_how_a_step_ended_is_told_without_the_details_of_its_error(
    tmp_path: Path, target: MemoryTarget, error: BaseException, outcome: Outcome
) -> None:
    journal = open_journal("local", tmp_path / "fleet.yaml", plan_of(), target)
    record = begin(journal)
    with pytest.raises(type(error)), record.ending(), record.step(HOME, "apply"):
        raise error
    (deployment,) = journal.history()
    assert deployment.ended[0].outcome is outcome
    assert deployment.outcome is outcome
    assert type(error).__name__ in deployment.ended[0].error
    assert not [path for path in tmp_path.rglob("*") if path.is_file() and "hunter2" in path.read_text()]


def test_a_gate_that_stays_shut_is_a_failure(journal: Journal) -> None:
    record = begin(journal)
    with pytest.raises(DeploymentError), record.ending():
        with record.step("all", "gate quiet") as step:
            step.failed("2 alarms ring")
        raise DeploymentError("not well")
    (deployment,) = journal.history()
    assert (deployment.ended[0].outcome, deployment.ended[0].error) == (Outcome.FAILED, "2 alarms ring")


def test_a_block_that_does_not_say_done_has_failed(journal: Journal) -> None:
    with begin(journal).ending():
        pass
    assert journal.history()[0].outcome is Outcome.FAILED


def test_what_did_not_end_is_found_until_a_later_one_is_through(journal: Journal) -> None:
    record = begin(journal)
    with record.step(HOME, "apply"):
        pass
    hanging = record.step(STANDBY, "apply")
    hanging.__enter__()
    begin(journal, "destroy").end(Outcome.FAILED)
    unfinished = journal.unfinished()
    assert unfinished is not None
    assert [(step.unit, step.step) for step in unfinished.open] == [(STANDBY, "apply")]
    assert [step.unit for step in unfinished.ended] == [HOME]
    assert f"1 steps were done, and apply of {STANDBY} was going on" in unfinished.in_words("deploy")
    assert unfinished.in_words("deploy").endswith("This goes on from there.")
    assert unfinished.in_words("failback").endswith("This failback does not go on with it: `tapstack deploy` does.")
    begin(journal).end(Outcome.DONE)
    assert journal.unfinished() is None


def test_what_was_left_is_closed_by_another_process(journal: Journal) -> None:
    begin(journal)
    unfinished = journal.unfinished()
    assert unfinished is not None
    unfinished.close(journal)
    assert journal.unfinished() is None
    assert journal.history()[0].outcome is Outcome.RESUMED


def test_many_threads_write_to_one_record(journal: Journal) -> None:
    record = begin(journal)

    def work(number: int) -> None:
        for turn in range(5):
            with record.step(f"unit-{number}", f"turn-{turn}"):
                pass

    threads = [threading.Thread(target=work, args=(number,)) for number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    record.end(Outcome.DONE)
    (deployment,) = journal.history()
    assert {(step.unit, step.step) for step in deployment.ended} == {
        (f"unit-{number}", f"turn-{turn}") for number in range(8) for turn in range(5)
    }
    assert len(deployment.entries) == 8 * 5 * 2 + 2
    assert deployment.open == ()


def test_estimates_come_from_the_unit_itself_or_from_its_shape(
    journal: Journal, monkeypatch: pytest.MonkeyPatch
) -> None:
    clock = 0.0
    monkeypatch.setattr(records.time, "monotonic", lambda: clock)
    for seconds, was in ((1000, "absent"), (30, "stands"), (40, "stands"), (50, "stands")):
        record = begin(journal)
        with record.step(STANDBY, "apply", was=was):
            clock += seconds
        with pytest.raises(ValueError, match="no"), record.step(HOME, "apply", was=was):
            clock += 7
            raise ValueError("no")
        record.end(Outcome.DONE)
    changing = dict.fromkeys((HOME, STANDBY, OTHER), "stands")
    assert journal.estimates(plan_of(), standing=changing) == {STANDBY: 40, OTHER: 40}
    assert journal.estimates(plan_of(), standing={**changing, OTHER: "absent"})[OTHER] == 1000
    assert journal.estimates(plan_of())[STANDBY] == 45
    assert journal.estimates(plan_of(), step="remove") == {}


def test_old_records_go(journal: Journal) -> None:
    for _ in range(journals.KEPT + 3):
        begin(journal).end(Outcome.DONE)
    found = journal.history(1000)
    assert len(found) == journals.KEPT
    assert [entry.name for entry in found] == sorted((entry.name for entry in found), reverse=True)
    assert len(journal.history(2)) == 2


def record_file(folder: Path) -> Path:
    (found,) = folder.rglob("*.jsonl")
    return found


def test_a_torn_last_line_does_not_count(tmp_path: Path, target: MemoryTarget) -> None:
    journal = open_journal("local", tmp_path / "fleet.yaml", plan_of(), target)
    record = begin(journal)
    with record.step(HOME, "apply"):
        pass
    path = record_file(tmp_path)
    whole = path.read_bytes()
    lines = whole.splitlines(keepends=True)
    for cut in range(len(lines[0]), len(whole)):
        path.write_bytes(whole[:cut])
        unfinished = journal.unfinished()
        assert unfinished is not None
        assert len(unfinished.entries) == whole[:cut].count(b"\n")
    unfinished.close(journal)
    assert journal.unfinished() is None
    assert path.read_bytes().startswith(b"".join(lines[:-1]))


@pytest.mark.parametrize(
    ("line", "told"),
    [
        (b"{half\n", "line 2 is no entry"),
        (b'{"format": 1, "entry": "unheard of"}\n', "line 2 is no entry"),
        (b'{"format": 1, "entry": "ended", "unit": "a"}\n', "line 2 is no entry"),
        (b'{"format": 2, "entry": "noted", "text": "a"}\n', "Update TapStack"),
    ],
)
def test_other_damage_names_the_file(tmp_path: Path, target: MemoryTarget, line: bytes, told: str) -> None:
    journal = open_journal("local", tmp_path / "fleet.yaml", plan_of(), target)
    begin(journal)
    path = record_file(tmp_path)
    path.write_bytes(path.read_bytes() + line)
    with pytest.raises(FileAccessError) as caught:
        journal.unfinished()
    assert str(path) in caught.value.detail
    assert told in caught.value.detail


def test_what_a_later_release_adds_to_an_entry_is_passed_over() -> None:
    line = b'{"format": 1, "entry": "noted", "text": "hello", "at": "2026-01-01T00:00:00Z", "colour": "red"}\n'
    assert entries_of(line, "here") == (Noted("hello", "2026-01-01T00:00:00Z"),)


def test_a_record_that_somebody_else_changed_stops_the_run(tmp_path: Path, target: MemoryTarget) -> None:
    journal = open_journal("local", tmp_path / "fleet.yaml", plan_of(), target)
    record = begin(journal)
    path = record_file(tmp_path)
    path.write_bytes(path.read_bytes() + b"\n")
    with pytest.raises(LockedError, match="closed the journal of this run"), record.step(HOME, "apply"):
        pytest.fail("it must not begin")


@pytest.mark.parametrize("arrived", [True, False])
def test_a_write_that_was_cut_off_is_looked_up(tmp_path: Path, target: MemoryTarget, arrived: bool) -> None:
    journal = open_journal("s3://journals", tmp_path / "fleet.yaml", plan_of(), target)
    record = begin(journal)

    def interrupt(operation: str) -> None:
        if operation == "PutObject":
            target.s3.before = target.s3.after = lambda _: None
            raise KeyboardInterrupt

    if arrived:
        target.s3.after = interrupt
    else:
        target.s3.before = interrupt
    with pytest.raises(KeyboardInterrupt):
        record.note("cut off")
    record.note("afterwards")
    texts = [entry.text for entry in journal.history()[0].entries if isinstance(entry, Noted)]
    assert texts == (["cut off", "afterwards"] if arrived else ["afterwards"])


def test_the_error_of_a_step_outweighs_that_of_the_journal(tmp_path: Path, target: MemoryTarget) -> None:
    journal = open_journal("s3://journals", tmp_path / "fleet.yaml", plan_of(), target)
    record = begin(journal)

    def refuse(operation: str) -> None:
        raise target.s3.error("AccessDenied", operation, 403)

    with pytest.raises(DeploymentError), record.ending(), record.step(HOME, "apply"):
        target.s3.before = refuse
        raise DeploymentError("It failed.")


def test_the_last_word_does_not_wait_for_a_writer_that_was_interrupted(
    tmp_path: Path, target: MemoryTarget, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A signal's handler runs in the thread that may be writing just then."""
    monkeypatch.setattr(records, "_LAST_WORD_SECONDS", 0.1)
    journal = open_journal("s3://journals", tmp_path / "fleet.yaml", plan_of(), target)
    record = begin(journal)
    handled: list[float] = []

    def signalled(operation: str) -> None:
        if operation == "PutObject" and not handled:
            began = time.monotonic()
            record.end("interrupted")
            handled.append(time.monotonic() - began)

    target.s3.before = signalled
    record.note("writing")
    assert 0.1 <= handled[0] < 2


CHILD = """
    import sys
    from pathlib import Path
    from types import SimpleNamespace as Namespace
    from tapstack.rollout.places import open_journal
    target = Namespace(name="sandbox", account="123456789012", is_real=False)
    unit = Namespace(id="regional/us-east-1", shape="home")
    plan = Namespace(
        fleet="shop", environment="prod", engine="terraform", home="us-east-1", units=[unit], unit=lambda _: unit
    )
    journal = open_journal("local", Path(sys.argv[1]) / "fleet.yaml", plan, target)
    with journal.lock("deploy"):
        record = journal.begin(verb="deploy", plan=plan, target=target, units=[unit.id], digests={})
        print("begun", flush=True)
        number = 0
        while True:
            with record.step(unit.id, f"step {number}"):
                print(f"in {number}", flush=True)
            print(f"out {number}", flush=True)
            number += 1
"""


def test_a_killed_rollout_told_everything_that_it_did(tmp_path: Path, target: MemoryTarget) -> None:
    """What the child said to have done is in the journal, and at most one step more."""
    chance = random.Random(20261121)
    for turn in range(6):
        folder = tmp_path / str(turn)
        folder.mkdir()
        command = [sys.executable, "-c", textwrap.dedent(CHILD), str(folder)]
        with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as child:
            assert child.stdout is not None
            assert child.stdout.readline() == "begun\n"
            threading.Timer(chance.uniform(0.0, 0.2), child.send_signal, [signal.SIGKILL]).start()
            said = child.stdout.read().splitlines()
        journal = open_journal("local", folder / "fleet.yaml", plan_of(), target)
        notes: list[str] = []
        with journal.lock("deploy", say=notes.append):
            unfinished = journal.unfinished()
            assert unfinished is not None
            ended = [entry.step for entry in unfinished.entries if isinstance(entry, Ended)]
            out = [line for line in said if line.startswith("out ")]
            assert len(out) <= len(ended) <= len(out) + 1
            assert ended == [f"step {number}" for number in range(len(ended))]
            assert len(unfinished.open) <= 1
            unfinished.close(journal)
            assert journal.unfinished() is None
        assert "without giving its lock back" in notes[0]


def test_each_fleet_environment_and_target_has_a_journal_of_its_own(tmp_path: Path) -> None:
    places = [
        (plan_of(fleet, environment), MemoryTarget(name=name, is_real=name == "aws"))
        for fleet in ("shop", "blog")
        for environment in ("prod", "dev")
        for name in ("sandbox", "sandbox two", "aws")
    ]
    for setting in ("local", "s3://journals/team"):
        s3 = MemoryS3()
        for number, (plan, target) in enumerate(places):
            target.s3 = s3
            journal = open_journal(setting, tmp_path / "fleet.yaml", plan, target)
            assert journal.history() == ()
            with journal.lock("deploy"):
                journal.begin(verb=f"deploy-{number}", plan=plan, target=target, units=[], digests={})
        for number, (plan, target) in enumerate(places):
            (found,) = open_journal(setting, tmp_path / "fleet.yaml", plan, target).history()
            assert found.started.verb == f"deploy-{number}"


def test_the_local_folder_is_private_and_hidden_from_git(tmp_path: Path) -> None:
    target = MemoryTarget(name="aws", is_real=True)
    folder = folder_of(tmp_path / "fleet.yaml", "prod", target)
    assert folder == tmp_path / ".tapstack" / "prod" / "aws-123456789012"
    assert (tmp_path / ".tapstack" / ".gitignore").read_text() == "*\n"
    assert folder.stat().st_mode & 0o777 == 0o700
    assert (tmp_path / ".tapstack").stat().st_mode & 0o777 == 0o700


def test_gaps_are_filled_and_the_bucket_says_where_it_is(tmp_path: Path) -> None:
    target = MemoryTarget(MemoryS3("journals-123456789012-us-east-1", region="eu-central-1"))
    setting = "s3://journals-{account}-{region}/{fleet}/{environment}"
    journal = open_journal(setting, tmp_path / "fleet.yaml", plan_of(), target)
    begin(journal)
    (key,) = target.s3.objects
    assert key.startswith("shop/prod/shop/prod/sandbox/deployments/")
    assert target.asked == [("s3", "us-east-1"), ("s3", "eu-central-1")]
    with pytest.raises(RefusedError) as caught:
        open_journal("s3://journals/{team}", tmp_path / "fleet.yaml", plan_of(), target)
    assert "{team}" in caught.value.detail


def test_every_line_names_its_format(tmp_path: Path, target: MemoryTarget) -> None:
    record = begin(open_journal("local", tmp_path / "fleet.yaml", plan_of(), target))
    record.end(Outcome.DONE)
    record.end(Outcome.FAILED)
    lines = [json.loads(line) for line in record_file(tmp_path).read_text().splitlines()]
    assert [(line["format"], line["entry"]) for line in lines] == [(1, "started"), (1, "finished")]
