"""The folder of a batch: every file whole, in its place only once its issue is on record.

A document is staged under `.parts` and made durable, then its issue is committed, then it is moved to its
place. Whatever a kill leaves behind is told apart by asking the store: staged and on record belongs here,
staged and not on record was never issued.
"""

from __future__ import annotations

import errno
import fcntl
import os
import shutil
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from hashlib import sha256
from itertools import islice
from pathlib import Path
from uuid import UUID

from desk_app.domain.batch import BatchItem
from desk_app.domain.errors import BatchRuns, CannotSave, FolderFull, FolderTaken

PARTS = ".parts"
_MARK = ".desk-app-batch"
_TYPICAL = 64 * 1024
"""Bytes of an annual statement with its share of the folder, rounded up."""
_SPARE = 16 * 1024 * 1024
_PAGE = 500

Issued = Callable[[Sequence[str]], Mapping[str, str]]
"""Of serials those on record, with the digests of their files."""


class BatchFolder:
    """A folder that belongs to one batch, and is used by one process at a time."""

    def __init__(self, path: Path, batch_id: UUID) -> None:
        self.path = path
        self._id = batch_id
        self._parts = path / PARTS

    @contextmanager
    def held(self) -> Iterator[None]:
        """Make it where it is missing, and keep other processes of this machine out.

        Raises FolderTaken when it holds anything else, BatchRuns, CannotSave."""
        with self._writing():
            self.path.mkdir(mode=0o700, parents=True, exist_ok=True)
            mark = self.path / _MARK
            if not mark.exists() and any(self.path.iterdir()):
                raise FolderTaken(str(self.path))
            self.path.chmod(0o700)
            descriptor = os.open(mark, os.O_RDWR | os.O_CREAT, 0o600)
        try:
            with self._writing():
                self._mark_as_own(descriptor)
                self._parts.mkdir(mode=0o700, exist_ok=True)
            yield
        finally:
            os.close(descriptor)

    def _mark_as_own(self, descriptor: int) -> None:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise BatchRuns from error
        owner = os.pread(descriptor, 36, 0).decode(errors="replace")
        if owner not in ("", str(self._id)):
            raise FolderTaken(str(self.path))
        os.pwrite(descriptor, str(self._id).encode(), 0)
        os.fsync(descriptor)

    def require_room(self, documents: int, *, merged: bool) -> None:
        """Raise FolderFull when that many will not fit."""
        needed = documents * _TYPICAL * (2 if merged else 1) + _SPARE
        with self._writing():
            free = shutil.disk_usage(self.path).free
        if free < needed:
            raise FolderFull(str(self.path), *_megabytes(needed, free))

    def stage(self, documents: Iterable[tuple[str, bytes]]) -> None:
        """Keep documents, by serial, where a power cut cannot take them. Raises FolderFull, CannotSave."""
        with self._writing():
            for serial, pdf in documents:
                descriptor = os.open(
                    self.part(serial), os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600
                )
                with os.fdopen(descriptor, "wb") as file:
                    file.write(pdf)
                    file.flush()
                    os.fsync(file.fileno())
            self._settle(self._parts)

    def part(self, serial: str) -> Path:
        """Where a document is staged."""
        return self._parts / f"{serial}.pdf"

    def place(self, serial: str) -> Path:
        """Where a document of its own ends up: its name says nothing about anybody."""
        return self.path / f"{serial}.pdf"

    def publish(self, items: Iterable[BatchItem]) -> None:
        """Move staged documents, whose issues are on record, to their places."""
        with self._writing():
            for item in items:
                os.replace(self.part(str(item.serial)), self.place(str(item.serial)))
            self._settle(self.path)

    def discard(self, serials: Iterable[str]) -> None:
        """Remove staged documents that are not needed (any more)."""
        with self._writing():
            for serial in serials:
                self.part(serial).unlink(missing_ok=True)

    def recover(self, issued: Issued, *, merged: bool) -> None:
        """After whatever ended the run before: what is on record goes to its place (or waits to be merged),
        the rest of what was staged goes away."""
        with self._writing():
            staged = (entry.name for entry in os.scandir(self._parts))
            while page := list(islice(staged, _PAGE)):
                digests = issued([name.removesuffix(".pdf") for name in page])
                for name in page:
                    self._sort_out(name, digests.get(name.removesuffix(".pdf")), merged)
            for temporary in self.path.glob(".desk-app-*"):
                if temporary.name != _MARK:
                    temporary.unlink()

    def _sort_out(self, name: str, digest: str | None, merged: bool) -> None:
        part = self._parts / name
        if digest is None or sha256(part.read_bytes()).hexdigest() != digest:
            part.unlink()
        elif not merged:
            os.replace(part, self.path / name)

    def close_parts(self) -> None:
        """Nothing is staged any more."""
        with self._writing():
            self._parts.rmdir()

    @staticmethod
    def _settle(folder: Path) -> None:
        """Make names durable."""
        descriptor = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)

    @contextmanager
    def _writing(self) -> Iterator[None]:
        try:
            yield
        except OSError as error:
            raise self.fault(error) from error

    def fault(self, error: OSError) -> CannotSave | FolderFull:
        """What went wrong with a file of the folder."""
        if error.errno in (errno.ENOSPC, errno.EDQUOT):
            free = shutil.disk_usage(self.path).free
            return FolderFull(str(self.path), *_megabytes(_SPARE, free))
        return CannotSave(str(self.path), error.strerror or "")


def _megabytes(*sizes: int) -> Iterator[int]:
    return (-(-size // 1_000_000) for size in sizes)
