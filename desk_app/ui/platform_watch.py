"""Whether the national platform answers, asked again and again; and what to do when it is back."""

from __future__ import annotations

from collections.abc import Callable
from enum import StrEnum

from desk_app.services.catalogue import Services
from desk_app.services.delivery import Delivered
from desk_app.services.ports import PlatformHealth
from desk_app.ui.scene import Runner

MAX_SKEW = 120.0
"""Seconds that the clocks may differ before it is said; the platform refuses at 300."""

_ROUNDS = 3
"""Healthy answers between two deliveries of what is pending."""


class PlatformState(StrEnum):
    """What can be said of the platform at a glance."""

    UNKNOWN = "unknown"
    UP = "up"
    DOWN = "down"
    SKEWED = "skewed"


class PlatformWatch:
    """One question at a time. Pending instructions are delivered when the platform has come back, and
    now and then while it is there."""

    def __init__(
        self,
        services: Services,
        runner: Runner,
        changed: Callable[[PlatformState], None],
        delivered: Callable[[], None],
    ) -> None:
        self._services = services
        self._runner = runner
        self._changed = changed
        self._delivered = delivered
        self._asking = False
        self._healthy_rounds = 0
        self.state = PlatformState.UNKNOWN
        self.skew = 0.0

    def ask(self) -> None:
        """Ask now, unless an answer is still awaited."""
        if self._asking:
            return
        self._asking = True
        self._runner.submit(self._services.city.health, done=self._up, failed=self._down)

    def _up(self, health: PlatformHealth) -> None:
        self._asking = False
        self.skew = health.skew
        if self._healthy_rounds % _ROUNDS == 0:
            self._deliver()
        self._healthy_rounds += 1
        skewed = abs(health.skew) > MAX_SKEW
        self._become(PlatformState.SKEWED if skewed else PlatformState.UP)

    def _down(self, _error: Exception) -> None:
        self._asking = False
        self._healthy_rounds = 0
        self._become(PlatformState.DOWN)

    def _deliver(self) -> None:
        job = self._services.delivery.deliver_pending
        self._runner.submit(job, None, done=self._settled, failed=lambda _error: None)

    def _settled(self, result: Delivered) -> None:
        if result.delivered or result.refused:
            self._delivered()

    def _become(self, state: PlatformState) -> None:
        if state is not self.state:
            self.state = state
            self._changed(state)
