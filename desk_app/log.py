"""The log of this terminal: `logs/desk-app.log` in the home folder, rotated, redacted, for its user only."""

from __future__ import annotations

import logging
import os
from logging.handlers import RotatingFileHandler
from pathlib import Path

from desk_app.domain.masking import redact

_LIMIT = 2 * 1024 * 1024
_KEPT = 5


class _Redacting(logging.Formatter):
    """Blacks out what must not be in a log, tracebacks included."""

    def format(self, record: logging.LogRecord) -> str:
        return redact(super().format(record))


def start_log(home: Path) -> None:
    """Log our own INFO and everybody's warnings. Libraries' INFO stays out: it carries addresses with
    personal data in them. A full or read-only disk costs the log, never the counter."""
    root = logging.getLogger()
    root.setLevel(logging.WARNING)
    logging.getLogger("desk_app").setLevel(logging.INFO)
    logging.raiseExceptions = False
    try:
        folder = home / "logs"
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        path = folder / "desk-app.log"
        os.close(os.open(path, os.O_CREAT | os.O_WRONLY, 0o600))
        handler = RotatingFileHandler(path, maxBytes=_LIMIT, backupCount=_KEPT, encoding="utf-8")
    except OSError:
        return
    handler.setFormatter(_Redacting("%(asctime)s %(levelname)s %(name)s %(message)s"))
    root.addHandler(handler)
