"""`python -m benchmarks [NAME …]`: measure, and print each figure beside its floor of the same run."""

import sys
from importlib import import_module
from pathlib import Path


def main(names: list[str]) -> None:
    """Run the named benchmarks, or all."""
    found = sorted(p.stem for p in Path(__file__).parent.glob("[a-z]*.py"))
    print(f"{'what':<56} {'ours':>12} {'floor':>12} {'ratio':>7}")
    for name in names or found:
        for measure in import_module(f"benchmarks.{name}").measure():
            ours, floor = (f"{v:.3f} {measure.unit}" for v in (measure.ours, measure.floor))
            print(
                f"{measure.name:<56} {ours:>12} {floor:>12} {measure.ratio:>7.2f}  {measure.note}"
            )


if __name__ == "__main__":
    main(sys.argv[1:])
