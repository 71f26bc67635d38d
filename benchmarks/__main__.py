"""`python -m benchmarks [NAME …] [--peers]`: measure, and print each figure beside its floor of the same run.

`--peers` first installs what a benchmark compares with, into an environment of its own."""

import sys
from importlib import import_module
from pathlib import Path


def main(names: list[str]) -> None:
    """Run the named benchmarks, or all."""
    found = sorted(p.stem for p in Path(__file__).parent.glob("[a-z]*.py"))
    peers, names = "--peers" in names, [name for name in names if name != "--peers"]
    print(f"{'what':<56} {'ours':>12} {'floor':>12} {'ratio':>7}")
    for name in names or found:
        benchmark = import_module(f"benchmarks.{name}")
        if peers and hasattr(benchmark, "prepare"):
            benchmark.prepare()
        for measure in benchmark.measure():
            ours, floor = (f"{v:.3f} {measure.unit}" for v in (measure.ours, measure.floor))
            print(
                f"{measure.name:<56} {ours:>12} {floor:>12} {measure.ratio:>7.2f}  {measure.note}"
            )


if __name__ == "__main__":
    main(sys.argv[1:])
