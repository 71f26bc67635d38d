"""Drawing on other machines by Dask distributed, an extra (`desk-app[cluster]`) that is imported only here.

The scheduler gives the sheets of a worker that has died to another one. TLS is the library's own: an address
`tls://…` with the certificates of its configuration (docs/operations.md).
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from desk_app.domain.errors import DrawingStopped
from desk_app.print.unsigned import Unsigned
from desk_app.print.workers import Result, draw
from desk_app.services.ports import Document, Sheet, Signer, Undrawn

_CONNECT = 10
"""Seconds until a scheduler that does not answer counts as not there."""


class ClusterDrawing:
    """The workers of one scheduler."""

    def __init__(
        self,
        address: str,
        recipe: bytes,
        signer: Signer | None = None,
        connect_seconds: float = _CONNECT,
    ) -> None:
        """Raises DrawingStopped when the extra is missing, or nobody answers at the address."""
        self._address = address
        self._recipe = recipe
        self._signer = signer
        try:
            from distributed import Client

            connect: Any = Client  # untyped
            self._client = connect(address, timeout=connect_seconds, set_as_default=False)
        except (ImportError, OSError, ValueError) as error:
            raise DrawingStopped(address) from error

    @property
    def workers(self) -> int:
        """Threads of all workers that are there now; at least one, for which the work then waits."""
        threads: dict[str, int] = self._client.nthreads()
        return max(1, sum(threads.values()))

    def submit(self, sheets: Sequence[Sheet]) -> _Remote:
        """Have sheets drawn."""
        future = self._client.submit(draw, self._recipe, sheets, pure=False)
        return _Remote(self._address, future, self._signer)

    def close(self) -> None:
        """Let go of the cluster, which goes on for others."""
        self._client.close()


class _Remote:
    """Sheets with a cluster."""

    def __init__(self, address: str, future: Any, signer: Signer | None) -> None:
        self._address = address
        self._future = future
        self._signer = signer

    def result(self) -> Sequence[Document | Undrawn]:
        """Wait for them. Raises DrawingStopped when the scheduler is gone, or workers die of these sheets;
        FontsMissing when a worker has none, SigningError."""
        from distributed import CancelledError
        from distributed.scheduler import KilledWorker

        try:
            drawn: Sequence[Result] = self._future.result()
        except (CancelledError, KilledWorker, OSError) as error:
            raise DrawingStopped(self._address) from error
        return [self._signed(one) for one in drawn]

    def _signed(self, one: Result) -> Document | Undrawn:
        if not isinstance(one, Unsigned):
            return one
        assert self._signer is not None
        return one.signed(self._signer)
