"""Hears from any job's answer that an administrator has disabled the operator. No Qt."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

from desk_app.domain.errors import OperatorDisabled
from desk_app.ui.scene import Runner

T = TypeVar("T")


class AttentiveRunner:
    """A Runner that tells `dismissed` before whoever asked for the job."""

    def __init__(self, runner: Runner, dismissed: Callable[[Exception], None]) -> None:
        self._runner = runner
        self._dismissed = dismissed
        self.relay = runner.relay

    def submit(
        self,
        job: Callable[..., T],
        *args: Any,
        done: Callable[[T], None],
        failed: Callable[[Exception], None],
    ) -> None:
        """See Runner."""

        def refused(error: Exception) -> None:
            if isinstance(error, OperatorDisabled):
                self._dismissed(error)
            failed(error)

        self._runner.submit(job, *args, done=done, failed=refused)
