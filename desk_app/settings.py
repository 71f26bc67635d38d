"""Settings of one terminal: a TOML file, each value overridable by the environment.

`--config FILE`, else `DESK_APP_CONFIG`, else `desk-app.toml` in the home folder, else the embedded defaults.
`DESK_APP_PLATFORM__URL` overrides `url` in `[platform]`, and so on. Only `desk_app.app` reads this module.
"""

from __future__ import annotations

import os
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, fields, replace
from pathlib import Path
from typing import Any, TypeVar
from urllib.parse import urlsplit

from desk_app.domain.errors import BadSettings
from desk_app.domain.printing import A4, PrintChoice, PrintKind

SANDBOX_URL = "http://127.0.0.1:8465"
SANDBOX_TERMINAL = "SANDBOX-0001"
SANDBOX_SECRET = "sandbox-terminal-secret"
"""The sandbox platform's address and the terminal that it admits: published on purpose, worth nothing."""


@dataclass(frozen=True)
class HallSettings:
    """`[hall]`: what documents and the audit say about where it happened."""

    name: str = "示范社会保险服务大厅"
    window: str = "1"
    region: str = "310000"
    """GB/T 2260, six digits."""
    verify_url: str = "https://statements.example/verify"
    """Where the QR code of a statement leads."""
    idle_minutes: int = 10
    """After how many minutes without a hand the window is locked; 0 = never."""


@dataclass(frozen=True)
class DatabaseSettings:
    """`[database]`: empty = the encrypted SQLite file in the home folder, else postgresql+psycopg://…"""

    url: str = ""


@dataclass(frozen=True)
class PlatformSettings:
    """`[platform]`: address and identity of this terminal; certificate files (PEM) outside loopback."""

    url: str = SANDBOX_URL
    terminal: str = SANDBOX_TERMINAL
    secret: str = SANDBOX_SECRET
    ca: str = ""
    certificate: str = ""
    key: str = ""

    @property
    def is_sandbox(self) -> bool:
        """Whether this terminal works with the sandbox that comes with the product."""
        return self.terminal == SANDBOX_TERMINAL

    @property
    def port(self) -> int:
        """Port of the address."""
        parts = urlsplit(self.url)
        return parts.port or (443 if parts.scheme == "https" else 80)


@dataclass(frozen=True)
class ReaderSettings:
    """`[reader]`: PC/SC name, or a part of it, of the reader to prefer when there are several."""

    prefer: str = ""


@dataclass(frozen=True)
class PrinterSettings:
    """`[printer]`: print queue and paper of this window, by IPP's keywords; empty = as the system has it.

    `system`: `cups`, or `qt` where its commands are missing; `auto` looks whether they are there."""

    queue: str = ""
    paper: str = A4
    sides: str = ""
    tray: str = ""
    colour: str = ""
    system: str = "auto"

    @property
    def choice(self) -> PrintChoice:
        """Where and how to print what has no section of its own."""
        return PrintChoice(self.queue, self.paper, self.sides, self.tray, self.colour)


@dataclass(frozen=True)
class KindPrinterSettings:
    """`[printer_statement]` …: what is different for one kind of document; empty = as `[printer]` says."""

    queue: str = ""
    paper: str = ""
    sides: str = ""
    tray: str = ""
    colour: str = ""

    def over(self, usual: PrintChoice) -> PrintChoice:
        """The usual choice with what is different. Another queue has nothing of the usual one's paper."""
        base = PrintChoice() if self.queue not in ("", usual.queue) else usual
        own = {name: value for name, value in vars(self).items() if value}
        return replace(base, **own)


@dataclass(frozen=True)
class DocumentSettings:
    """`[documents]`: folder with the city's own templates; empty = the product's as they are."""

    templates: str = ""


@dataclass(frozen=True)
class SignatureSettings:
    """`[signature]`: with what documents are signed: a certificate file, or a key in a PKCS#11 token. Both
    empty: documents are not signed, and say so. Passwords and PINs are never here."""

    certificate: str = ""
    """PKCS#12 or PEM; with a token, PEM of certificates that the token does not hold."""
    key: str = ""
    """PEM, where the key is not in the certificate's file."""
    secret_file: str = ""
    """File (0600) with the password or PIN; empty: the system's keyring."""
    token_library: str = ""
    """The PKCS#11 module."""
    token: str = ""
    """The token's label."""
    token_key: str = ""
    """The label of the key in the token."""
    time_stamp_url: str = ""
    """RFC 3161 authority."""
    time_stamp_seconds: int = 5
    without_time_stamp: str = "refuse"
    """What to do when the authority does not answer: `refuse` to issue, or `sign` without time stamp."""
    roots: str = ""
    """PEM file of the authorities whose signatures `desk-app verify` trusts."""
    unsigned: str = "issue"
    """Where nothing is set up to sign with: `issue` documents unsigned, or `refuse` to issue any."""

    @property
    def is_set_up(self) -> bool:
        """Whether there is something to sign with."""
        return bool(self.certificate or self.token_library)


@dataclass(frozen=True)
class AuditSettings:
    """`[audit]`: how many years the trail is kept before anything of it may be removed."""

    keep_years: str = "10"

    @property
    def years(self) -> int:
        """The number."""
        return int(self.keep_years)


@dataclass(frozen=True)
class ArchiveSettings:
    """`[archive]`: how many years issued files are kept before any of them may be removed."""

    keep_years: int = 10


@dataclass(frozen=True)
class Settings:
    """All settings of one terminal."""

    hall: HallSettings = HallSettings()
    database: DatabaseSettings = DatabaseSettings()
    platform: PlatformSettings = PlatformSettings()
    reader: ReaderSettings = ReaderSettings()
    printer: PrinterSettings = PrinterSettings()
    printer_statement: KindPrinterSettings = KindPrinterSettings()
    printer_receipt: KindPrinterSettings = KindPrinterSettings()
    printer_day_report: KindPrinterSettings = KindPrinterSettings()
    audit: AuditSettings = AuditSettings()
    documents: DocumentSettings = DocumentSettings()
    archive: ArchiveSettings = ArchiveSettings()
    signature: SignatureSettings = SignatureSettings()

    @property
    def printing(self) -> dict[PrintKind, PrintChoice]:
        """Printer and paper of each kind of document."""
        usual = self.printer.choice
        return {
            PrintKind.STATEMENT: self.printer_statement.over(usual),
            PrintKind.RECEIPT: self.printer_receipt.over(usual),
            PrintKind.DAY_REPORT: self.printer_day_report.over(usual),
        }


Section = TypeVar(
    "Section",
    HallSettings,
    DatabaseSettings,
    PlatformSettings,
    ReaderSettings,
    PrinterSettings,
    KindPrinterSettings,
    AuditSettings,
    DocumentSettings,
    ArchiveSettings,
    SignatureSettings,
)


def load(home: Path, config: Path | None = None, env: Mapping[str, str] = os.environ) -> Settings:
    """Read the settings. Raises BadSettings for a file that is missing or not TOML, an unknown section or
    key, a value of the wrong type, a bad region or address."""
    path = config or (Path(env["DESK_APP_CONFIG"]) if env.get("DESK_APP_CONFIG") else None)
    default = home / "desk-app.toml"
    if path is None and default.is_file():
        path = default
    file = _parse(path) if path is not None else {}
    source = str(path or "DESK_APP_…")
    known = Settings()
    for name in file:
        if name not in {f.name for f in fields(known)}:
            raise BadSettings(name, "unknown_section", source)
    settings = Settings(
        _section("hall", known.hall, file, env, source),
        _section("database", known.database, file, env, source),
        _section("platform", known.platform, file, env, source),
        _section("reader", known.reader, file, env, source),
        _section("printer", known.printer, file, env, source),
        _section("printer_statement", known.printer_statement, file, env, source),
        _section("printer_receipt", known.printer_receipt, file, env, source),
        _section("printer_day_report", known.printer_day_report, file, env, source),
        _section("audit", known.audit, file, env, source),
        _section("documents", known.documents, file, env, source),
        _section("archive", known.archive, file, env, source),
        _section("signature", known.signature, file, env, source),
    )
    _check(settings, source)
    return settings


def _parse(path: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise BadSettings("", "file_unreadable", str(path)) from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise BadSettings("", "not_toml", str(path)) from error


def _section(
    name: str, known: Section, file: Mapping[str, Any], env: Mapping[str, str], source: str
) -> Section:
    given = file.get(name, {})
    if not isinstance(given, dict):
        raise BadSettings(name, "not_a_section", source)
    keys = {f.name for f in fields(known)}
    for key, value in given.items():
        if key not in keys:
            raise BadSettings(f"{name}.{key}", "unknown_key", source)
        if isinstance(value, bool) or not isinstance(value, str | int):
            raise BadSettings(f"{name}.{key}", "not_text", source)
    variables = {key: f"DESK_APP_{name}__{key}".upper() for key in keys}
    overrides = {key: env[variable] for key, variable in variables.items() if variable in env}
    return replace(known, **_typed(name, known, {**given, **overrides}, source))


def _typed(name: str, known: Section, values: dict[str, Any], source: str) -> dict[str, Any]:
    """The values as their defaults are: text, or whole numbers from 0 on."""
    typed: dict[str, Any] = {}
    for key, value in values.items():
        if not isinstance(getattr(known, key), int):
            typed[key] = str(value)
        elif str(value).isascii() and str(value).isdigit():
            typed[key] = int(value)
        else:
            raise BadSettings(f"{name}.{key}", "not_a_number", source)
    return typed


def _check(settings: Settings, source: str) -> None:
    region = settings.hall.region
    if not (len(region) == 6 and region.isascii() and region.isdigit()):
        raise BadSettings("hall.region", "not_a_region_code", source)
    address = urlsplit(settings.platform.url)
    if address.scheme not in ("http", "https") or not address.hostname:
        raise BadSettings("platform.url", "not_an_address", source)
    url = settings.database.url
    if url and not url.startswith(("postgresql+psycopg://", "postgresql://")):
        raise BadSettings("database.url", "not_supported", source)
    if settings.printer.system not in ("auto", "cups", "qt"):
        raise BadSettings("printer.system", "not_supported", source)
    years = settings.audit.keep_years
    if not (years.isascii() and years.isdigit() and int(years) >= 1):
        raise BadSettings("audit.keep_years", "not_whole_years", source)
    if settings.archive.keep_years < 1:
        raise BadSettings("archive.keep_years", "not_whole_years", source)
    signature = settings.signature
    for key, choices in (
        ("without_time_stamp", ("refuse", "sign")),
        ("unsigned", ("issue", "refuse")),
    ):
        if getattr(signature, key) not in choices:
            raise BadSettings(f"signature.{key}", "not_a_choice", source)
    stamps = urlsplit(signature.time_stamp_url)
    if signature.time_stamp_url and (stamps.scheme not in ("http", "https") or not stamps.hostname):
        raise BadSettings("signature.time_stamp_url", "not_an_address", source)
