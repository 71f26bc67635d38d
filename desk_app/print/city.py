"""A city's own templates: a folder with what differs from the product's, checked as a whole."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Any

from desk_app import paths
from desk_app.domain.errors import BadSettings
from desk_app.domain.receipt import ReceiptKind
from desk_app.domain.statement import StatementKind
from desk_app.print import template_check
from desk_app.print.logo import logo_of
from desk_app.print.receipt_template import RECEIPTS, load_receipt
from desk_app.print.template import entries_of, load, merged
from desk_app.services.ports import Language

_COMMON = "common"


def check_city(city: Path) -> None:
    """Raise BadSettings for a folder, a file or an entry that cannot be used. `common.toml` must be there and
    say the `version` of the city's templates."""
    product = paths.resources() / "documents"
    if not city.is_dir():
        raise BadSettings("documents.templates", "file_unreadable", str(city))
    kinds = {_COMMON, RECEIPTS, *StatementKind}
    for path in sorted(city.glob("*.toml")):
        if path.stem not in kinds:
            raise BadSettings("", "unknown_section", path.name)
    shared = _parsed(city, _COMMON)
    if "version" not in shared:
        raise BadSettings("version", "missing", f"{_COMMON}.toml")
    common = entries_of(product, _COMMON)
    template_check.check(shared, common, f"{_COMMON}.toml")
    for kind in StatementKind:
        if (city / f"{kind}.toml").exists():
            known = merged(common, entries_of(product, kind))
            template_check.check(_parsed(city, kind), known, f"{kind}.toml")
    if (city / f"{RECEIPTS}.toml").exists():
        known = entries_of(product, RECEIPTS)
        template_check.check_receipts(_parsed(city, RECEIPTS), known, f"{RECEIPTS}.toml")
    if "logo" in shared:
        logo_of(city / shared["logo"])
    for kind in StatementKind:
        for language in Language:
            load(product, kind, language, False, city)
    for receipt in ReceiptKind:
        for language in Language:
            load_receipt(product, receipt, language, city)


def _parsed(city: Path, name: str) -> dict[str, Any]:
    try:
        return entries_of(city, name)
    except OSError as error:
        raise BadSettings("", "file_unreadable", f"{name}.toml") from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise BadSettings("", "not_toml", f"{name}.toml") from error
