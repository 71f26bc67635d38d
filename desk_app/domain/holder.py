"""The citizen as the city's store knows them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True)
class Holder:
    """An insured person. Codes as on the card: sex GB/T 2261.1, ethnicity GB 3304, birthplace GB/T 2260."""

    id_number: str
    name: str
    sex: str | None = None
    ethnicity: str | None = None
    birthplace: str | None = None
    birth_date: date | None = None
