"""`python -m benchmarks.documents.race WHAT …`: one kind of measurement, told as JSON.

It runs in the environment that has what is compared, in processes of its own: of a process the first
document is cold, its largest memory is known at its end, and two of them show what a second core gives.
"""

from __future__ import annotations

import json
import resource
import sys
import time
from collections.abc import Callable, Sequence
from statistics import median

SLOW = 5
"""A drawer that takes more seconds than this for all its rounds is measured in fewer."""


def warm(case: str, rounds: int, names: Sequence[str]) -> dict[str, dict[str, float]]:
    """Median milliseconds of the processor for each drawer, drawn in turn, and its bytes. What else the
    machine does is not counted; each but Typst draws on one thread."""
    from benchmarks.documents.drawers import DRAWERS

    drawers = {name: DRAWERS[name](case) for name in names}
    sizes = {name: len(draw()) for name, draw in drawers.items()}
    times: dict[str, list[float]] = {name: [] for name in names}
    for _ in range(rounds):
        for name, draw in drawers.items():
            if sum(times[name]) < SLOW * 1000:
                started = time.process_time()
                draw()
                times[name].append(1000 * (time.process_time() - started))
    return {name: {"ms": median(times[name]), "bytes": sizes[name]} for name in names}


def once(case: str, name: str) -> dict[str, float]:
    """The first document of this process: milliseconds of the processor since its start, and the most memory
    that it took, in megabytes."""
    from benchmarks.documents.drawers import DRAWERS

    DRAWERS[name](case)()
    taken = 1000 * time.process_time()
    return {"ms": taken, "mb": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1000}


def rate(case: str, seconds: float, begins: float) -> dict[str, float]:
    """Our documents per second, from the moment on that all processes have in common, and milliseconds of the
    processor for each."""
    from benchmarks.documents.drawers import ours

    draw = ours(case)
    draw()
    time.sleep(max(0.0, begins - time.time()))
    drawn, started, worked = 0, time.perf_counter(), time.process_time()
    while time.perf_counter() - started < seconds:
        draw()
        drawn += 1
    worked = 1000 * (time.process_time() - worked)
    return {"rate": drawn / (time.perf_counter() - started), "ms": worked / drawn}


def main(arguments: Sequence[str]) -> None:
    """Measure and tell."""
    what, case, *rest = arguments
    measure: dict[str, Callable[[], object]] = {
        "warm": lambda: warm(case, int(rest[0]), rest[1:]),
        "once": lambda: once(case, rest[0]),
        "rate": lambda: rate(case, float(rest[0]), float(rest[1])),
    }
    print(json.dumps(measure[what]()))


if __name__ == "__main__":
    main(sys.argv[1:])
