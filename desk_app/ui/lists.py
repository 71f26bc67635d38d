"""Lists that concern no citizen: what is open in this city, and the channels. Loaded when first looked at."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Generic, TypeVar

from desk_app.ui.scene import Runner

T = TypeVar("T")


@dataclass(frozen=True)
class ListState(Generic[T]):
    """What has been loaded, and how the last loading went."""

    loading: bool = False
    items: tuple[T, ...] = ()
    error: Exception | None = None


class ListPresenter(Generic[T]):
    """Loads once; again on demand. What was loaded before stays while new items are on their way."""

    def __init__(self, runner: Runner, load: Callable[..., tuple[T, ...]], *args: object) -> None:
        self._runner = runner
        self._load = load
        self._args = args
        self._draw: Callable[[ListState[T]], None] = lambda _state: None
        self.state: ListState[T] = ListState()

    def watch(self, draw: Callable[[ListState[T]], None]) -> None:
        """Draw every state from now on."""
        self._draw = draw
        draw(self.state)

    def open(self) -> None:
        """Somebody looks at the list."""
        if not self.state.items:
            self.refresh()

    def refresh(self) -> None:
        """Ask again."""
        if self.state.loading:
            return
        self._show(replace(self.state, loading=True, error=None))
        self._runner.submit(
            self._load,
            *self._args,
            done=lambda items: self._show(ListState(items=items)),
            failed=lambda error: self._show(replace(self.state, loading=False, error=error)),
        )

    def _show(self, state: ListState[T]) -> None:
        self.state = state
        self._draw(state)
