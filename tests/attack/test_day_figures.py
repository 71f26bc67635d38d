"""Who may count what: one's own day, and a hall's for whoever may see its report. Never a trail's row."""

import psycopg
import pytest
from psycopg.errors import InsufficientPrivilege

from tests.attack.city import ADMINISTRATOR, AUDITOR, CLERK, COLLEAGUE, HALL, OTHER_HALL, SUPERVISOR
from tests.attack.conftest import Hall

TALLIES = "SELECT * FROM desk_day_tallies(%s, '2000', '3000', %s)"
BACKLOG = "SELECT * FROM desk_day_backlog(%s, '2000-01-01', '3000-01-01', %s)"
BOTH = pytest.mark.parametrize("counted", [TALLIES, BACKLOG])


def count(hall: Hall, who: str, counted: str, of_hall: str, of: str | None) -> list[tuple]:  # type: ignore[type-arg]
    with hall.connect(who) as session:
        return session.execute(counted, (of_hall, of)).fetchall()


@BOTH
@pytest.mark.parametrize(
    ("who", "of_hall", "of"),
    [
        (CLERK, HALL, CLERK),
        (SUPERVISOR, HALL, SUPERVISOR),
        (SUPERVISOR, HALL, CLERK),
        (SUPERVISOR, HALL, None),
        ("owner", OTHER_HALL, None),
    ],
)
def test_ones_own_and_the_halls_figures_are_given(
    hall: Hall, counted: str, who: str, of_hall: str, of: str | None
) -> None:
    count(hall, who, counted, of_hall, of)


@BOTH
@pytest.mark.parametrize(
    ("who", "of_hall", "of"),
    [
        (CLERK, HALL, COLLEAGUE),
        (CLERK, HALL, None),
        (SUPERVISOR, OTHER_HALL, None),
        (SUPERVISOR, OTHER_HALL, CLERK),
        (ADMINISTRATOR, HALL, None),
        (AUDITOR, HALL, AUDITOR),
        ("door", HALL, None),
    ],
)
def test_all_others_are_refused(
    hall: Hall, counted: str, who: str, of_hall: str, of: str | None
) -> None:
    with pytest.raises(InsufficientPrivilege):
        count(hall, who, counted, of_hall, of)


def test_what_is_counted_is_what_happened(hall: Hall) -> None:
    found = count(hall, SUPERVISOR, TALLIES, HALL, COLLEAGUE)
    assert sum(row[-1] for row in found) >= 3
    assert {row[0] for row in found} >= {"identify"}
    undelivered, _, filed, to_hand_over = count(hall, SUPERVISOR, BACKLOG, HALL, None)[0]
    assert filed >= 3
    assert to_hand_over >= 1
    assert undelivered >= 0


def test_the_trail_itself_stays_closed(hall: Hall) -> None:
    with hall.connect(SUPERVISOR) as session, pytest.raises(psycopg.errors.InsufficientPrivilege):
        session.execute("SELECT count(*) FROM audit")
