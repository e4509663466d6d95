"""What a synthesis costs, against an empty CDK app in the same run, taking turns; for 2 and 32 regions; and once more.

Limits: the first at most 1.4 x the empty app, 10 % more for 32 regions, an unchanged one at most 0.6 s.
"""

from __future__ import annotations

import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from tapstack.catalog.regions import REGIONS

ROUNDS = 7
FIRST_LIMIT = 1.4
REGIONS_LIMIT = 1.1 * FIRST_LIMIT
AGAIN_LIMIT_SECONDS = 0.6
EXAMPLE = Path(__file__).parents[1] / "examples" / "web-platform"

EMPTY_APP = """
import sys
import aws_cdk as cdk
app = cdk.App(outdir=sys.argv[1], analytics_reporting=False, builtin_cloud_formation_validation=False)
cdk.Stack(app, "Empty")
app.synth()
"""


def seconds(*command: str) -> float:
    environment = {**os.environ, "JSII_SILENCE_WARNING_END_OF_LIFE_NODE_VERSION": "20"}
    started = time.perf_counter()
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL, env=environment)
    return time.perf_counter() - started


def fleet_in(folder: Path, regions: int) -> Path:
    """The web platform, in that many regions."""
    shutil.copytree(EXAMPLE, folder)
    file = folder / "fleet.yaml"
    commercial = [name for name, facts in REGIONS.items() if facts.partition == "aws" and facts.zones >= 2]
    listed = "\n".join(f"  {name}: {{}}" for name in commercial[:regions])
    text = file.read_text(encoding="utf-8")
    before, rest = text.split("regions:\n", 1)
    file.write_text(f"{before}regions:\n{listed}\nhome: {rest.split('home: ', 1)[1]}", encoding="utf-8")
    return file


def main() -> bool:
    tapstack = str(Path(sys.executable).parent / "tapstack")
    times: dict[str, list[float]] = {"empty": [], "2": [], "32": [], "again": []}
    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(temporary)
        files = {count: fleet_in(folder / count, int(count)) for count in ("2", "32")}
        for number in range(ROUNDS + 1):
            measured = {"empty": seconds(sys.executable, "-c", EMPTY_APP, str(folder / f"empty-{number}"))}
            for count, file in files.items():
                output = str(folder / f"out-{count}-{number}")
                command = (tapstack, "synth", "--file", str(file), "--environment", "prod", "--output", output)
                measured[count] = seconds(*command)
                if count == "2":
                    measured["again"] = seconds(*command)
            if number:  # the first round fills caches of the disk and of jsii
                for name, value in measured.items():
                    times[name].append(value)
    median = {name: statistics.median(values) for name, values in times.items()}
    first, more = median["2"] / median["empty"], median["32"] / median["empty"]
    print(f"empty CDK app            {median['empty']:.2f} s")
    print(f"synth, 2 regions         {median['2']:.2f} s   {first:.2f} x the empty app (limit {FIRST_LIMIT})")
    print(f"synth, 32 regions        {median['32']:.2f} s   {more:.2f} x the empty app (limit {REGIONS_LIMIT:.2f})")
    print(f"synth again, unchanged   {median['again']:.2f} s   (limit {AGAIN_LIMIT_SECONDS} s)")
    return first <= FIRST_LIMIT and more <= REGIONS_LIMIT and median["again"] <= AGAIN_LIMIT_SECONDS
