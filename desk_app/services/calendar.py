"""Days by the calendar."""

from __future__ import annotations

from datetime import date


def years_before(day: date, years: int) -> date:
    """The same day so many years earlier."""
    try:
        return day.replace(year=day.year - years)
    except ValueError:  # 29 February
        return day.replace(year=day.year - years, day=28)
