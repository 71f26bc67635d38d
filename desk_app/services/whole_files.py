"""Files that are there whole or not at all."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path

from desk_app.domain.errors import CannotSave


def write_whole(path: Path, content: bytes) -> None:
    """Write beside the target and rename, so that a full disk leaves no half document; readable by this user
    only. Raises CannotSave."""
    try:
        fd, temporary = tempfile.mkstemp(dir=path.parent, prefix=".statement-")
        try:
            with os.fdopen(fd, "wb") as file:
                file.write(content)
                file.flush()
                os.fsync(file.fileno())
            os.replace(temporary, path)
        except BaseException:
            os.unlink(temporary)
            raise
    except OSError as error:
        raise CannotSave(str(path), error.strerror or "") from error
