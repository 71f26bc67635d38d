"""Benchmarks: each measures the product beside its floor, in one run, so that the ratio carries over."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Measure:
    """One figure: what the product takes and what the floor takes, in the same unit; less is better."""

    name: str
    unit: str
    ours: float
    floor: float
    note: str = ""

    @property
    def ratio(self) -> float:
        """How many times the floor."""
        return self.ours / self.floor
