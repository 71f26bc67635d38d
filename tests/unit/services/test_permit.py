"""Every verb of every service asks who acts, refuses who may not, and leaves the refusal in the audit."""

import inspect
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any, cast, get_type_hints

import pytest

from desk_app.domain.audit import Action, Outcome
from desk_app.domain.errors import NotPermitted, OperatorDisabled
from desk_app.domain.operator import Desk, Operator, OperatorAccount, Role
from desk_app.domain.permissions import GRANTS, Permission, permitted
from desk_app.services.catalogue import Services
from desk_app.services.permit import needs
from desk_app.services.ports import Clock, Store
from tests.fakes import cases
from tests.fakes.store import FakeStore

FOR_EVERYBODY = {
    "Identification.end_visit",  # nothing is read, and a visit must be able to end
    "Lapses.expire_due",
    "Lapses.end_due",  # the calendar's doing, whoever notices it
    "SignIn.sign_out",
    "SignIn.lock",
    "SignIn.unlock",  # these ask for the password themselves
    "SignIn.confirm",
    "SignIn.take_over",
}


class Noon:
    def now(self) -> Any:
        return cases.NOW


def verbs() -> dict[str, Callable[..., object]]:
    """The services' public methods that act for somebody."""
    found = {}
    for service in get_type_hints(Services).values():
        for name, method in inspect.getmembers(service, inspect.isfunction):
            acts = "desk" in inspect.signature(method).parameters
            if acts and not name.startswith("_") and hasattr(method, "lane"):
                found[f"{service.__name__}.{name}"] = method
    return {name: found[name] for name in sorted(found.keys() - FOR_EVERYBODY)}


@dataclass(frozen=True)
class Service:
    store: Store
    clock: Clock

    @needs(Permission.SERVE, Action.BIND)
    def bind(self, desk: Desk, what: object = None) -> str:
        return "done"


def desk(*roles: Role, number: str = "1001") -> Desk:
    return Desk("hall", "3", "310000", Operator(number, "林晓", frozenset(roles)))


def trail(store: FakeStore) -> list[tuple[Action, Outcome, str | None]]:
    return [(r.action, r.outcome, r.detail) for r in store.records.audit.values()]


def with_account(store: FakeStore, account: OperatorAccount) -> FakeStore:
    with store.begin() as uow:
        uow.operators.put(account)
        uow.commit()
    return store


def test_there_are_verbs_to_look_at() -> None:
    assert {"Activation.activate", "StatementService.print", "Identification.look_up"} <= set(
        verbs()
    )


@pytest.mark.parametrize("name", verbs())
def test_whoever_may_not_is_refused_and_that_is_audited(name: str) -> None:
    verb = verbs()[name]
    permission = cast(Permission, getattr(verb, "permission", None))
    assert permission in Permission, f"{name} asks nobody"
    roles = [role for role in Role if permission not in GRANTS[role]]
    for role in roles:
        store = FakeStore()
        service = Service(store, Noon())
        with pytest.raises(NotPermitted) as refused:
            verb(service, desk(role))
        assert refused.value.permission is permission
        ((_, outcome, why),) = trail(store)
        assert (outcome, why) == (Outcome.REFUSED, "not_permitted")


def test_whoever_may_is_let_through_and_nothing_is_noted_by_the_guard() -> None:
    store = FakeStore()
    assert Service(store, Noon()).bind(desk(Role.CLERK)) == "done"
    assert trail(store) == []


def test_a_refusal_names_the_citizen_whose_case_it_was() -> None:
    store = FakeStore()
    with pytest.raises(NotPermitted):
        Service(store, Noon()).bind(desk(Role.AUDITOR), cases.case())
    (record,) = store.records.audit.values()
    assert record.subject_reference is not None


def test_a_disabled_operator_is_refused_at_the_next_call() -> None:
    here = desk(Role.CLERK)
    store = with_account(FakeStore(), OperatorAccount(here.operator, "hash"))
    service = Service(store, Noon())
    assert service.bind(here) == "done"
    with_account(store, OperatorAccount(here.operator, "hash", active=False))
    with pytest.raises(OperatorDisabled):
        service.bind(here)
    assert trail(store) == [(Action.BIND, Outcome.REFUSED, "operator_disabled")]


def test_a_role_that_was_taken_away_counts_no_more() -> None:
    here = desk(Role.CLERK)
    demoted = replace(here.operator, roles=frozenset({Role.AUDITOR}))
    store = with_account(FakeStore(), OperatorAccount(demoted, "hash"))
    with pytest.raises(NotPermitted):
        Service(store, Noon()).bind(here)


def test_the_guard_asks_before_the_verb_does_anything() -> None:
    for name, verb in verbs().items():
        with pytest.raises(NotPermitted):
            verb(Service(FakeStore(), Noon()), desk())  # no arguments of the verb's own
        assert name


def test_all_permissions_are_somebodys() -> None:
    assert permitted(Role) == frozenset(Permission)
