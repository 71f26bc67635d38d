"""What an operation of the platform gets: one authentic request inside its transaction."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime

from desk_app.sandbox.platform.bodies import Body
from desk_app.sandbox.platform.problems import Answer


@dataclass(frozen=True)
class Call:
    """The request's parts, the platform's clock (UTC), and the database to act on."""

    db: sqlite3.Connection
    now: datetime
    path: Mapping[str, str]
    query: Mapping[str, str]
    body: Body
    url: str
    """The server's own address, for links in answers."""


Operation = Callable[[Call], Answer]
"""One operation of the contract; a Problem that it raises undoes what it did."""
