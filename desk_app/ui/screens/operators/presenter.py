"""Looking after operators: one change at a time, and the list as it is after it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import StrEnum

from desk_app.domain.operator import Desk, OperatorAccount
from desk_app.services.operators import Given, OperatorDetails, OperatorService
from desk_app.ui.desk_presenter import DeskPresenter
from desk_app.ui.scene import Notice, Runner, Tone


class Act(StrEnum):
    """What can be done with a listed operator."""

    DISABLE = "disable"
    ENABLE = "enable"
    UNLOCK = "unlock"
    RESET = "reset"


ASKED_FIRST = frozenset({Act.DISABLE, Act.RESET})
"""What takes something away from somebody who may be at work right now."""


@dataclass(frozen=True)
class OperatorsState:
    """`form` is what the form shows, None while it is closed; with an empty number it is for a new operator.
    `asked` waits for a yes. `given` is a password, shown until it is noted."""

    loading: bool = False
    busy: bool = False
    items: tuple[OperatorAccount, ...] = ()
    form: OperatorDetails | None = None
    asked: tuple[Act, OperatorAccount] | None = None
    given: Given | None = None
    notice: Notice | None = None


class OperatorsPresenter(DeskPresenter[OperatorsState]):
    """Forgets everything when nobody, or somebody else, is here."""

    def __init__(self, service: OperatorService, runner: Runner) -> None:
        super().__init__(runner, OperatorsState())
        self._service = service

    def serve(self, desk: Desk | None) -> None:
        """Who acts from now on."""
        self._turn_to(desk, OperatorsState())

    def open(self) -> None:
        """Somebody looks at the list."""
        if self._desk is not None and not self.state.loading:
            self._show(loading=True)
            self._run(self._service.all, done=self._listed)

    def begin(self, number: str | None = None) -> None:
        """Open the form for this operator, or for a new one."""
        if self._desk is None or self.state.busy:
            return
        account = self._account(number)
        details = _details(account) if account else OperatorDetails("", "", frozenset(), "")
        if account is None:
            details = replace(details, hall=self._desk.hall)
        self._show(form=details, asked=None, notice=None)

    def save(self, details: OperatorDetails, password: str) -> None:
        """What is in the form is wanted."""
        form = self.state.form
        if form is None or self.state.busy:
            return
        self._show(form=replace(details, number=form.number or details.number), busy=True)
        if form.number:
            self._run(self._service.change, replace(details, number=form.number), done=self._done)
        else:
            self._run(self._service.create, details, password, done=self._was_given)

    def leave(self) -> None:
        """Close the form, or do not do what was asked."""
        if not self.state.busy:
            self._show(form=None, asked=None, notice=None)

    def ask(self, act: Act, number: str | None) -> None:
        """Do it; some things only after a yes."""
        account = self._account(number)
        if account is None or self.state.busy:
            return
        self._show(form=None, asked=(act, account), notice=None)
        if act not in ASKED_FIRST:
            self.confirm()

    def confirm(self) -> None:
        """Yes."""
        if self.state.asked is None or self.state.busy:
            return
        act, account = self.state.asked
        number, service = account.operator.number, self._service
        self._show(busy=True)
        if act is Act.RESET:
            self._run(service.reset_password, number, done=self._was_given)
        else:
            jobs = {
                Act.DISABLE: service.disable,
                Act.ENABLE: service.enable,
                Act.UNLOCK: service.unlock,
            }
            self._run(jobs[act], number, done=self._done)

    def noted(self) -> None:
        """The password has been noted: it is not shown again."""
        self._show(given=None)

    def _account(self, number: str | None) -> OperatorAccount | None:
        return next((one for one in self.state.items if one.operator.number == number), None)

    def _listed(self, items: tuple[OperatorAccount, ...]) -> None:
        self._show(items=items, loading=False)

    def _done(self, account: OperatorAccount) -> None:
        items = {one.operator.number: one for one in (*self.state.items, account)}
        self._show(
            busy=False,
            form=None,
            asked=None,
            items=tuple(items[number] for number in sorted(items)),
            notice=Notice(Tone.GOOD, "operators.done"),
        )

    def _was_given(self, given: Given) -> None:
        self._done(given.account)
        self._show(given=given, notice=None)

    def _failed(self, error: Exception) -> None:
        form = self.state.form
        if form is not None and self._account(form.number) is None:
            form = replace(form, number="")  # it was to be a new one, and still is
        notice = Notice(Tone.DANGER, error=error)
        self._show(loading=False, busy=False, asked=None, form=form, notice=notice)


def _details(account: OperatorAccount) -> OperatorDetails:
    operator = account.operator
    return OperatorDetails(
        operator.number, operator.name, operator.roles, account.hall, account.card
    )
