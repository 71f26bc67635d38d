"""A counter of its own, as a process: `python -m tests.integration.store.worker serve|issue URL|- HOME …`."""

import sys
from pathlib import Path
from uuid import uuid4

from desk_app.domain.errors import OneToOne
from desk_app.domain.visit import Visit
from desk_app.store.engine import SqlStore, open_store
from tests.integration.store.samples import CODE, NOON, e_card, entry, file_of, request, statement


def serve(store: SqlStore, citizens: int) -> None:
    """Serve one after another; each commit that was acknowledged is printed by its visit."""
    for _ in range(citizens):
        visit = uuid4()
        with store.begin() as uow:
            uow.visits.open(Visit(visit, NOON, "1001", "07"))
            uow.outbox.add(visit, CODE, request("x" * 500), NOON, "1001/07")
            uow.audit.append(entry())
            serial = uow.statements.next_serial("310000", NOON)
            uow.statements.add(statement(serial, subject=serial), file_of(serial))
            uow.commit()
        print(visit.int, serial, flush=True)


def issue(store: SqlStore, sign_no: str) -> None:
    """Give the card an e-card, once told to."""
    print("ready", flush=True)
    sys.stdin.readline()
    with store.begin() as uow:
        try:
            uow.e_cards.put(e_card(sign_no))
            uow.commit()
            print("issued", flush=True)
        except OneToOne:
            print("one_to_one", flush=True)


if __name__ == "__main__":
    verb, url, home, argument = sys.argv[1:]
    opened = open_store(None if url == "-" else url, Path(home))
    if verb == "serve":
        serve(opened, int(argument))
    else:
        issue(opened, argument)
    opened.close()
