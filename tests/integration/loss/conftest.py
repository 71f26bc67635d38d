"""The hall on every store: the one in memory, SQLCipher and PostgreSQL."""

import pytest

from desk_app.services.ports import Store
from tests.integration.loss.hall import SHANGHAI, SUZHOU, Hall, normal
from tests.integration.store.conftest import (  # noqa: F401
    _new_home,
    any_store,
    opened,
    place,
    postgres,
    sqlcipher,
)


@pytest.fixture
def hall(any_store: Store) -> Hall:  # noqa: F811
    """Under Shanghai's rules, with a citizen who has a card and an e-card."""
    hall = Hall(any_store, SHANGHAI)
    hall.settle_in(normal())
    return hall


@pytest.fixture
def elsewhere(any_store: Store) -> Hall:  # noqa: F811
    """The same under the other city's rules."""
    hall = Hall(any_store, SUZHOU)
    hall.settle_in(normal())
    return hall
