"""Sessions of operators who are logged in to PostgreSQL by name."""

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import make_url, text

from desk_app.domain.operator import Operator, OperatorAccount
from desk_app.domain.permissions import Role
from tests.integration.store.conftest import TEMPLATE, Place
from tests.integration.store.raw import connected, run
from tests.integration.store.samples import HALL


def account(number: str, *roles: Role, hall: str = HALL) -> OperatorAccount:
    return OperatorAccount(Operator(number, "林晓", frozenset(roles)), "$argon2id$…", hall=hall)


@contextmanager
def login(place: Place, number: str, *grants: str) -> Iterator[Place]:
    """The same database as the operator's own login role, made with a clerk's and these grants and dropped
    again. Another counter may work with its number through it."""
    assert place.url is not None
    url = make_url(place.url)
    role = f"{url.database}_{number}"
    # The groups bear the name of the database that this one was copied from.
    clerk = f'GRANT "{TEMPLATE}_clerk" TO "{role}"'
    run(
        place,
        f"CREATE ROLE \"{role}\" LOGIN PASSWORD 'x'",
        clerk,
        *(f'GRANT {grant} TO "{role}"' for grant in grants),
    )
    try:
        named = url.set(username=role, password="x").render_as_string(hide_password=False)
        yield Place(place.kind, named, place.home)
    finally:
        run(place, f'DROP OWNED BY "{role}"', f'DROP ROLE "{role}"')


def scalar(place: Place, question: str) -> object:
    with connected(place) as connection:
        return connection.execute(text(question)).scalar_one()
