"""Every attempt comes to nothing; and its twin, where it is allowed, to something."""

import psycopg
import pytest

from tests.attack.attempts import Attempt
from tests.attack.city import ADMINISTRATOR, AUDITOR, BOTH, CLERK, SUPERVISOR
from tests.attack.conftest import Session, rolled_back, rows
from tests.attack.everybody import attempts
from tests.attack.roles import administrator, auditor, both_roles, clerk, supervisor

ATTEMPTS = {
    CLERK: [*attempts(CLERK, SUPERVISOR), *clerk()],
    SUPERVISOR: [*attempts(SUPERVISOR, CLERK), *supervisor()],
    AUDITOR: [*attempts(AUDITOR, SUPERVISOR), *auditor()],
    ADMINISTRATOR: [*attempts(ADMINISTRATOR, CLERK), *administrator()],
    BOTH: both_roles(),
}
ALL = [(who, attempt) for who, several in ATTEMPTS.items() for attempt in several]
NAMES = [f"{who}-{attempt.name}".replace(" ", "_") for who, attempt in ALL]


@pytest.mark.parametrize(("who", "attempt"), ALL, ids=NAMES)
def test_it_comes_to_nothing(besiegers: Session, who: str, attempt: Attempt) -> None:
    with rolled_back(besiegers(who)) as attacker:
        if attempt.states:
            with pytest.raises(psycopg.Error) as refused:
                rows(attacker, *attempt.run)
            assert refused.value.sqlstate in attempt.states, str(refused.value)
        else:
            assert rows(attacker, *attempt.run) == 0


@pytest.mark.parametrize(("who", "attempt"), ALL, ids=NAMES)
def test_its_twin_succeeds_where_it_is_allowed(
    besiegers: Session, who: str, attempt: Attempt
) -> None:
    with rolled_back(besiegers(attempt.who)) as allowed:
        count = rows(allowed, *attempt.twins)
        assert count >= 1 or not attempt.counts


def test_there_are_sixty_different_ones_for_every_role() -> None:
    for who in (CLERK, SUPERVISOR, AUDITOR, ADMINISTRATOR):
        different = {attempt.run for attempt in ATTEMPTS[who]}
        assert len(different) == len(ATTEMPTS[who]) >= 60
