"""Drawing statements, beside the plainest ReportLab canvas, Typst, fpdf2 and WeasyPrint, in one run.

All draw the same pages in the same fonts. The others are told what stands where: they have neither data nor
layout to work out, no charts, no tags and no seal. Ours does all of that, from the contributions.
`make bench ARGS="statement --peers"` installs Typst, fpdf2 and WeasyPrint into `build/bench-venv`; from then
on they take part. Without them the canvas alone is compared with.
"""

from __future__ import annotations

import json
import os
import subprocess
import time
from collections.abc import Iterator
from statistics import median

from benchmarks import Measure
from benchmarks.documents import environment, recorded
from benchmarks.documents.pages import CASES, record
from desk_app import paths

ROUNDS = 15
COLD_ROUNDS = 5
RATE_ROUNDS = 5
SECONDS = 2.0
"""How long documents are counted."""

PEERS = ("canvas", "typst", "fpdf2", "weasyprint")


def prepare() -> None:
    """Install what is compared with."""
    environment.install()


def measure() -> Iterator[Measure]:
    """Warm, cold, size, memory, and what a second process gives."""
    names = [name for name in PEERS if environment.usable(name)]
    for name in sorted({*PEERS} - {*names}):
        print(f'{name} is not installed: make bench ARGS="statement --peers"')
    for case in CASES:
        recorded.keep(case, record(case))
        told = _told("warm", case, str(ROUNDS), "desk-app", *names)
        our = told["desk-app"]
        for name in names:
            yield Measure(f"{case} statement, warm; {name}", "ms", our["ms"], told[name]["ms"])
        for name in names:
            sizes = our["bytes"] / 1000, told[name]["bytes"] / 1000
            yield Measure(f"{case} statement, size; {name}", "kB", *sizes)
    yield from _cold(names)
    yield from _rates()


def _cold(names: list[str]) -> Iterator[Measure]:
    """The first document of a fresh process, imports and all, and its memory."""
    taken: dict[str, list[float]] = {name: [] for name in ("desk-app", *names)}
    memory: dict[str, float] = {}
    for _ in range(COLD_ROUNDS):
        for name, times in taken.items():
            told = _told("once", "short", name)
            memory[name] = told["mb"]
            times.append(told["ms"])
    for name in names:
        yield Measure(
            f"short statement, cold process; {name}",
            "ms",
            median(taken["desk-app"]),
            median(taken[name]),
        )
    long = _told("once", "long", "desk-app")["mb"]
    for name in names:
        note = f"long: {long:.0f} MB (aim: 60 MB)"
        yield Measure(
            f"short statement, memory; {name}", "MB", memory["desk-app"], memory[name], note
        )


def _rates() -> Iterator[Measure]:
    """Milliseconds per document with as many processes as there are cores, and with one."""
    cores = os.cpu_count() or 1
    alone, together = [], []
    for _ in range(RATE_ROUNDS):  # in turn, for other work on the machine comes and goes
        alone.append(_rate(1))
        together.append(_rate(cores))
    speedup = median(many / one for (many, _), (one, _) in zip(together, alone, strict=True))
    rates, idle = (
        [median(rate for rate, _ in each) for each in (together, alone)],
        "on an idle machine",
    )
    note = f"{rates[0]:.0f} documents a second; {speedup:.2f} × one process (aim {idle}: 1.9 of 2)"
    per_document = 1000 / rates[0], 1000 / rates[1]
    work = [median(work for _, work in each) for each in (together, alone)]
    yield Measure(
        f"work for each, {cores} processes; one", "ms", work[0], work[1], "processor time"
    )
    yield Measure(f"short statements, {cores} processes; one", "ms", *per_document, note)


def _rate(processes: int) -> tuple[float, float]:
    """Documents per second of all together, and milliseconds of the processor for each."""
    begins = str(time.time() + 2)
    asked = [_begun("rate", "short", str(SECONDS), begins) for _ in range(processes)]
    told = [json.loads(each.communicate()[0]) for each in asked]
    return sum(each["rate"] for each in told), median(each["ms"] for each in told)


def _begun(*what: str) -> subprocess.Popen[bytes]:
    command = [environment.interpreter(), "-m", "benchmarks.documents.race", *what]
    fonts = {"DESK_APP_FONTS": str(paths.fonts())}
    return subprocess.Popen(command, stdout=subprocess.PIPE, env=os.environ | fonts)


def _told(*what: str) -> dict:  # type: ignore[type-arg]
    with _begun(*what) as process:
        output = process.communicate()[0]
    if process.returncode:
        raise SystemExit(f"benchmarks.documents.race {' '.join(what)} failed")
    return dict(json.loads(output))
