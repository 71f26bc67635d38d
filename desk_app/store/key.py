"""The key of the encrypted database: in the OS keyring, or in a 0600 file where there is none.

It is made once, together with the database, and never replaced: a database without its key is locked, and
whoever finds the key again opens it as it was.
"""

from __future__ import annotations

import fcntl
import os
import secrets
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Protocol

from desk_app.domain.errors import StoreLocked

SIZE = 32
"""Bytes; SQLCipher takes them as the AES-256 key itself, without derivation."""

SERVICE = "desk-app"
"""Under this name the keyring holds the key; the account is the folder of the database."""

KEY_FILE = "desk.key"


class Keyring(Protocol):
    """What is used of a backend of the `keyring` library."""

    def get_password(self, service: str, username: str) -> str | None:
        """The secret, or None."""
        ...

    def set_password(self, service: str, username: str, password: str) -> None:
        """Keep a secret."""
        ...


def os_keyring() -> Keyring | None:
    """The operating system's keyring, or None where there is none. Slow: the library asks the desktop."""
    import keyring  # costs more than opening the database

    backend = keyring.get_keyring()
    return backend if backend.priority >= 1 else None  # below 1: not recommended, null, fail


class DatabaseKey:
    """The key of the database in one folder."""

    def __init__(self, home: Path) -> None:
        self._home = home
        self._file = home / KEY_FILE
        self._found: bytes | None = None

    def of_existing(self) -> bytes:
        """The key of a database that is there. Raises StoreLocked when it is nowhere."""
        if self._found is None:
            text = self._in_file() or self._in_keyring(os_keyring())
            if text is None:
                raise StoreLocked
            self._found = _parsed(text)
        return self._found

    def of_new(self) -> bytes:
        """The key for a database that is about to be made: what a start that was cut short has left, or a
        fresh one. To be called by one process at a time (`sole_user`)."""
        keyring = None if self._file.exists() else os_keyring()
        text = self._in_file() or self._in_keyring(keyring)
        if text is None:
            text = secrets.token_hex(SIZE)
            if not self._kept_in(keyring, text):
                self._write(text)
        return _parsed(text)

    def _in_file(self) -> str | None:
        try:
            text = self._file.read_text("ascii")
        except FileNotFoundError:
            return None
        except (OSError, UnicodeDecodeError) as error:
            raise StoreLocked from error
        if self._file.stat().st_mode & 0o077:
            self._file.chmod(0o600)  # a copy or a restore may have opened it to others
        return text

    def _in_keyring(self, keyring: Keyring | None) -> str | None:
        if keyring is None:
            return None
        try:
            return keyring.get_password(SERVICE, self._account)
        except Exception as error:  # whatever a desktop's keyring raises: locked, dismissed, gone
            raise StoreLocked from error

    def _kept_in(self, keyring: Keyring | None, text: str) -> bool:
        """Put it into the keyring and look whether it is there."""
        if keyring is None:
            return False
        try:
            keyring.set_password(SERVICE, self._account, text)
            return keyring.get_password(SERVICE, self._account) == text
        except Exception:  # no desktop session, or the user has said no: the file takes it
            return False

    def _write(self, text: str) -> None:
        """Write it whole beside its place and link it there, which never replaces a key."""
        descriptor, temporary = tempfile.mkstemp(dir=self._home, prefix=".key-")  # 0600
        try:
            with os.fdopen(descriptor, "w", encoding="ascii") as file:
                file.write(text)
                file.flush()
                os.fsync(file.fileno())
            os.link(temporary, self._file)
        finally:
            os.unlink(temporary)
        _sync_folder(self._home)

    @property
    def _account(self) -> str:
        return str(self._home.resolve())


@contextmanager
def sole_user(folder: Path) -> Iterator[None]:
    """Hold a folder against other processes and threads; a crash lets go of it."""
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        yield
    finally:
        os.close(descriptor)


def _sync_folder(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _parsed(text: str) -> bytes:
    try:
        key = bytes.fromhex(text.strip())
    except ValueError as error:
        raise StoreLocked from error
    if len(key) != SIZE:
        raise StoreLocked
    return key
