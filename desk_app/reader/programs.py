"""Who else uses the smart-card service on this computer, to name when a card is held."""

from __future__ import annotations

import os
from pathlib import Path

_CLIENT_LIBRARY = "libpcsclite"


def card_programs(proc: Path = Path("/proc")) -> tuple[str, ...]:
    """Names of the other programs that have the service's client library loaded, sorted.

    The service does not tell who holds a card, so this names who may. Processes of other users are
    seen by an administrator only; where there is no /proc, nobody is."""
    others = (entry for entry in proc.glob("[0-9]*") if int(entry.name) != os.getpid())
    return tuple(sorted({name for entry in others if (name := _name_if_client(entry))}))


def _name_if_client(process: Path) -> str | None:
    try:
        if _CLIENT_LIBRARY not in (process / "maps").read_text(errors="replace"):
            return None
        return (process / "comm").read_text(errors="replace").strip()
    except OSError:  # it has ended, or is another user's
        return None
