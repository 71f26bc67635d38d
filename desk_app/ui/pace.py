"""How fast a batch goes and how long it will take, in words; for the window and the command line."""

from __future__ import annotations

from desk_app.domain.batch import BatchProgress
from desk_app.ui.words import Words


def pace(progress: BatchProgress, words: Words) -> str:
    """Rate and remaining time, or what is being done instead."""
    if progress.merging:
        return words.say("batch.pace_merging")
    if progress.rate is None or progress.remaining is None:
        return words.say("batch.pace_unknown")
    return words.say(
        "batch.pace", rate=f"{progress.rate:.1f}", left=_duration(progress.remaining, words)
    )


def _duration(seconds: float, words: Words) -> str:
    whole = round(seconds)
    if whole < 90:
        return words.say("batch.seconds", count=whole)
    minutes = round(seconds / 60)
    if minutes < 90:
        return words.say("batch.minutes", count=minutes)
    return words.say("batch.hours", count=minutes // 60, minutes=minutes % 60)
