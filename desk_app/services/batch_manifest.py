"""The manifest of a batch: which document is in which file, by hash; nothing in it names a citizen."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from hashlib import file_digest, sha256
from pathlib import Path

from desk_app.domain.batch import BatchItem
from desk_app.domain.errors import CannotSave
from desk_app.services.files import written_whole

MANIFEST = "manifest.csv"
CHECKSUM = "manifest.csv.sha256"
"""As `sha256sum -c` reads it."""

COLUMNS = ("number", "serial", "sha256", "pages", "bytes", "file", "first_page", "file_sha256")

PAGES_PER_FILE = 500
"""A merged file ends before the document with which it would get longer."""


@dataclass(frozen=True)
class Placed:
    """A document in its file; pages count from 1."""

    item: BatchItem
    file: str
    first_page: int = 1


@dataclass(frozen=True)
class Checked:
    """What a folder's files turned out to be."""

    documents: int
    files: int
    manifest_is_ours: bool
    damaged: tuple[str, ...]
    """Names of files that are missing or not as the manifest says."""

    @property
    def sound(self) -> bool:
        """Whether everything is there, unaltered."""
        return self.manifest_is_ours and not self.damaged


def layout(items: Iterable[BatchItem], year: int, *, merged: bool) -> Iterator[Placed]:
    """Where each document is; for merged files the items come by delivery. Depends on nothing else, so that
    it is the same after an interruption."""
    address: str | None = None
    part, pages = 0, 0
    for item in items:
        if not merged:
            yield Placed(item, f"{item.serial}.pdf")
            continue
        here, length = item.deliver_to or "", item.pages or 0
        if here != address:
            address, part, pages = here, 1, 0
        elif pages + length > PAGES_PER_FILE:
            part, pages = part + 1, 0
        yield Placed(item, _merged_name(here, year, part), pages + 1)
        pages += length


def _merged_name(address: str, year: int, part: int) -> str:
    """Employers' numbers are letters and digits; whatever else somebody has imported stays out of a path."""
    plain = "".join(c if c.isascii() and c.isalnum() else "-" for c in address)
    return f"{plain or 'no-employer'}-{year}-{part:03d}.pdf"


def write(folder: Path, placed: Iterable[Placed], digest_of: Callable[[str], str] | None) -> str:
    """Write manifest and checksum; gives the manifest's SHA-256. `digest_of` a merged file by its name;
    None: files are the documents themselves. Raises CannotSave."""
    digest = sha256()
    with written_whole(folder / MANIFEST) as file:
        for line in _lines(placed, digest_of):
            digest.update(line)
            file.write(line)
    with written_whole(folder / CHECKSUM) as file:
        file.write(f"{digest.hexdigest()}  {MANIFEST}\n".encode())
    return digest.hexdigest()


def _lines(placed: Iterable[Placed], digest_of: Callable[[str], str] | None) -> Iterator[bytes]:
    yield _line(COLUMNS)
    for one in placed:
        item = one.item
        whole = item.sha256 if digest_of is None else digest_of(one.file)
        values = (item.number, item.serial, item.sha256, item.pages, item.size)
        yield _line((*values, one.file, one.first_page, whole))


def _line(values: Iterable[object]) -> bytes:
    line = io.StringIO()
    csv.writer(line).writerow(values)
    return line.getvalue().encode()


def digest_of_file(path: Path) -> str:
    """SHA-256, hexadecimal. Raises CannotSave."""
    try:
        with path.open("rb") as file:
            return file_digest(file, "sha256").hexdigest()
    except OSError as error:
        raise CannotSave(str(path), error.strerror or "") from error


def check(folder: Path, manifest_sha256: str | None) -> Checked:
    """Compare a folder with its manifest, whose hash is in the store. Raises CannotSave without one."""
    ours = digest_of_file(folder / MANIFEST) == manifest_sha256
    documents = files = 0
    damaged = []
    last = ""
    with (folder / MANIFEST).open(encoding="utf-8", newline="") as lines:
        for row in csv.DictReader(lines):
            documents += 1
            if row["file"] == last:
                continue
            last, files = row["file"], files + 1
            path = folder / Path(last).name
            if not path.is_file() or digest_of_file(path) != row["file_sha256"]:
                damaged.append(last)
    return Checked(documents, files, ours, tuple(damaged))
