"""Files that are there whole or not at all, and that only this user can read."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

from desk_app.domain.errors import CannotSave


@contextmanager
def written_whole(path: Path) -> Iterator[BinaryIO]:
    """A file to write to, beside the target; when the block ends well it is made durable and takes the
    target's place, else it is removed: a full disk leaves no half document. Raises CannotSave."""
    try:
        descriptor, temporary = tempfile.mkstemp(dir=path.parent, prefix=".desk-app-")
        try:
            with os.fdopen(descriptor, "wb") as file:
                yield file
                file.flush()
                os.fsync(file.fileno())
            os.replace(temporary, path)
        except BaseException:
            os.unlink(temporary)
            raise
    except OSError as error:
        raise CannotSave(str(path), error.strerror or "") from error
