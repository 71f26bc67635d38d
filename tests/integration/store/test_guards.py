"""What the database itself refuses, whoever asks: programs that are not ours included."""

from collections.abc import Callable

import pytest

from desk_app.store.engine import SqlStore
from tests.integration.store.conftest import Place
from tests.integration.store.raw import refused, run
from tests.integration.store.samples import (
    CODE,
    OUYANG,
    consent,
    contribution,
    e_card,
    entry,
    file_of,
    outbox_id,
    registered,
    request,
    statement,
)

NOW = "'2026-11-23 12:00:00'"
AN_E_CARD = (
    "(sign_no, sign_seq, sign_level, identification_code, id_number, region, state, signed_at,"
    " valid_until, version) VALUES ('{sign_no}', 1, 1, '{code}', 'x', '310000', '{state}',"
    f" {NOW}, '2031-01-01', 1)"
)


SERIAL = "310000-20261123-000001"


@pytest.fixture
def worked(place: Place, opened: Callable[[Place], SqlStore]) -> Place:
    """A database in which a citizen was served: she has an e-card and a statement."""
    store = opened(place)
    registered(store)
    with store.begin() as uow:
        uow.e_cards.put(e_card())
        uow.consents.add(consent())
        uow.contributions.add([(OUYANG.id_number, contribution(202501))])
        uow.outbox.add(outbox_id(1), CODE, request(), entry().at, "1001/07")
        uow.statements.add(statement(SERIAL), file_of(SERIAL))
        for minute in range(3):
            uow.audit.append(entry(minute))
        uow.commit()
    return place


@pytest.mark.parametrize(
    "forgery",
    [
        "UPDATE audit SET operator_number = '1002' WHERE seq = 2",
        "UPDATE audit SET seq = 9 WHERE seq = 3",
        "DELETE FROM audit WHERE seq = 3",
        "DELETE FROM audit",
        "UPDATE audit_head SET seq = 2",
        "UPDATE audit_head SET digest = 'f'",
        "DELETE FROM audit_head",
        "UPDATE consent SET text_version = '2020-1'",
        "DELETE FROM consent",
        "UPDATE statement SET copy_number = 7",
        "DELETE FROM statement",
        "UPDATE document_file SET pdf = 'x'",
        "DELETE FROM document_file",
        "UPDATE installation SET pepper = '00'",
        "DELETE FROM installation",
        "DELETE FROM e_card",
        "UPDATE employer SET name = 'x'",
        "DELETE FROM employer",
    ],
)
def test_what_was_recorded_cannot_be_changed_or_deleted(worked: Place, forgery: str) -> None:
    assert refused(worked, forgery)


FORGED = (
    'INSERT INTO audit (hall, seq, at, action, outcome, operator_number, "window", previous, digest)'
    " SELECT hall, {seq}, at, action, outcome, '1002', \"window\", {previous}, {digest}"
    " FROM audit WHERE seq = 3"
)


@pytest.mark.parametrize("seq", [2, 3, 4, 5])
def test_an_audit_entry_fits_the_end_of_the_chain_or_is_refused(worked: Place, seq: int) -> None:
    assert refused(worked, FORGED.format(seq=seq, previous="previous", digest="digest"))


def test_a_digest_that_is_not_the_entrys_own_is_refused_where_the_database_can_tell(
    worked: Place,
) -> None:
    forged = FORGED.format(seq=4, previous="digest", digest="'d'")
    assert refused(worked, forged) is (worked.kind == "postgresql")


@pytest.mark.parametrize(
    "anchor",
    ["'1-2 2 ' || digest", "'2-3 2 ' || digest", "'1-3 2 ' || digest", "'1-3 3 0'", "NULL"],
)
def test_an_anchor_names_what_is_there_or_is_refused(worked: Place, anchor: str) -> None:
    """The last record that a purge removes, with its digest, and none before the first."""
    forged = (
        'INSERT INTO audit (hall, seq, at, action, outcome, operator_number, "window", previous,'
        f" detail, digest) SELECT hall, 4, at, 'anchor', outcome, '1002', \"window\", digest, {anchor}, 'd'"
        " FROM audit WHERE seq = 3"
    )
    assert refused(worked, forged)


@pytest.mark.parametrize("guarded", [True, False], ids=["our-connection", "any-connection"])
@pytest.mark.parametrize(
    "forgery",
    [
        "INSERT OR REPLACE INTO e_card "
        + AN_E_CARD.format(sign_no="S-2", code=CODE, state="issued"),
        "UPDATE OR REPLACE e_card SET state = 'issued' WHERE sign_no = 'S-9'",
        "INSERT OR REPLACE INTO audit SELECT * FROM audit WHERE seq = 1",
        "INSERT OR REPLACE INTO audit_head SELECT hall, 0, previous FROM audit",
        "INSERT OR REPLACE INTO audit_head (hall, seq, digest) VALUES ('x', 2, 'f')",
        "INSERT OR REPLACE INTO statement SELECT * FROM statement",
        "INSERT OR REPLACE INTO document_file SELECT sha256, size, kept_at, NULL, 'x' FROM document_file",
        "INSERT OR REPLACE INTO consent SELECT * FROM consent",
        "INSERT OR REPLACE INTO installation (id, pepper) VALUES (1, '00')",
    ],
)
def test_insert_or_replace_gets_past_nothing(
    sqlcipher: Place, opened: Callable[[Place], SqlStore], forgery: str, guarded: bool
) -> None:
    store = opened(sqlcipher)
    registered(store)
    with store.begin() as uow:
        uow.e_cards.put(e_card())
        uow.consents.add(consent())
        uow.statements.add(statement(SERIAL), file_of(SERIAL))
        uow.audit.append(entry())
        uow.commit()
    run(
        sqlcipher,
        "INSERT INTO e_card " + AN_E_CARD.format(sign_no="S-9", code=CODE, state="revoked"),
    )
    assert refused(sqlcipher, forgery, guarded=guarded)


def test_on_our_connections_a_replaced_row_counts_as_deleted(worked: Place) -> None:
    replaced = "REPLACE INTO e_card " + AN_E_CARD.format(sign_no="S-1", code=CODE, state="issued")
    assert refused(worked, replaced)


AN_ISSUE = (
    "INSERT INTO statement (serial, verification_code, kind, id_number, subject, recipient, copy_number,"
    ' issued_at, valid_until, hall, "window", operator_number, sha256, pages, language, template_version,'
    f" remark, reason, agent_name) VALUES ('x', 'v', 'annual', '{OUYANG.id_number}', 's', 'holder', 1, {NOW},"
    " '2036-01-01', 'h', '1', '1001',"
    " (SELECT max(sha256) FROM document_file), 1, 'zh_CN', '1', '', NULL, NULL)"
)


def test_there_is_no_issue_without_a_file(worked: Place) -> None:
    assert refused(worked, AN_ISSUE.replace("(SELECT max(sha256) FROM document_file)", "'none'"))
    assert not refused(worked, AN_ISSUE)


@pytest.mark.parametrize(
    ("right", "wrong"),
    [
        ("'annual'", "''"),
        ("'', NULL, NULL", "'', 'other', NULL"),
        ("'', NULL, NULL", "'', 'whim', NULL"),
        ("'', NULL, NULL", "'', NULL, 'x'"),
        ("'holder'", "'neighbour'"),
    ],
)
def test_an_issue_that_cannot_be_is_refused(worked: Place, right: str, wrong: str) -> None:
    assert right in AN_ISSUE
    assert refused(worked, AN_ISSUE.replace(right, wrong))


@pytest.mark.parametrize(
    "table", ["audit", "audit_head", "consent", "document_file", "e_card", "employer", "statement"]
)
def test_truncate_is_refused(postgres: Place, table: str) -> None:
    assert refused(postgres, f"TRUNCATE {table} CASCADE")


@pytest.mark.parametrize(
    "nonsense",
    [
        "UPDATE card SET state = 'mislaid'",
        "UPDATE card SET version = 0",
        "UPDATE card SET mirrored_version = version + 1",
        "UPDATE card SET id_number = 'nobody'",
        "UPDATE e_card SET state = 'active'",
        "UPDATE e_card SET sign_level = 3",
        "UPDATE outbox SET state = 'lost'",
        "UPDATE contribution SET month = 202513",
        "UPDATE contribution SET insurance = 5",
        "UPDATE contribution SET employer = 99",
        "DELETE FROM holder",
        "INSERT INTO e_card " + AN_E_CARD.format(sign_no="S-2", code=CODE, state="issued"),
        "INSERT INTO audit_head (hall, seq, digest) VALUES ('x', 0, '0')",
        "INSERT INTO audit_head (hall, seq, digest) SELECT 'x', 3, digest FROM audit_head",
        "UPDATE audit_head SET hall = 'x'",
        "INSERT INTO installation (id, pepper) VALUES (2, '00')",
    ],
)
def test_what_cannot_be_is_refused(worked: Place, nonsense: str) -> None:
    assert refused(worked, nonsense)


def test_what_can_be_is_taken(worked: Place) -> None:
    run(
        worked,
        "UPDATE card SET state = 'normal', version = 2, mirrored_version = 2",
        "UPDATE e_card SET state = 'revoked', version = 2",
        "INSERT INTO e_card " + AN_E_CARD.format(sign_no="S-2", code=CODE, state="issued"),
    )
