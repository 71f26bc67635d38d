"""What each role may not do, beyond what nobody may."""

from __future__ import annotations

from uuid import UUID

from tests.attack.attempts import Attempt, refused, unseen, utility
from tests.attack.city import (
    ABSENT,
    ADMINISTRATOR,
    AUDITOR,
    BOTH,
    CLERK,
    COLLEAGUE,
    DECIDED,
    DEPUTY,
    DUE,
    ELSEWHERE_LOST,
    FILED_PAST,
    FORMALLY_LOST,
    HALL,
    HERE,
    LOST,
    NEARLY_PAST,
    NEW_CARD,
    OTHER_HALL,
    OWN,
    PAST,
    REPLACED,
    REPLACEMENT,
    STRANGER,
    SUPERVISOR,
    application_id,
    code,
    person,
)

_NEW = UUID(int=0xF000)
_KEY = "repeat('A', 43) || '='"
_VERIFIER = f"'SCRAM-SHA-256$4096:' || repeat('A', 24) || '$' || {_KEY} || ':' || {_KEY}"


# --- statements that several use --------------------------------------------------------------------


def purpose(by: str, number: int, kind: str = "card", at: str = "now()") -> str:
    return (
        "INSERT INTO purpose (id, kind, operator_number, at, id_number, reason) VALUES"
        f" (gen_random_uuid(), '{kind}', '{by}', {at}, '{person(number)}', 'x')"
    )


def application(
    by: str, number: int = HERE, kind: str = "formal_loss", columns: str = "", values: str = ""
) -> str:
    return (
        "INSERT INTO application (id, number, kind, identification_code, id_number, region, card_state,"
        ' card_version, applicant, reason, filed_by, filed_at, hall, "window", state, version, changed_at,'
        f" changed_window{columns}) VALUES ('{_NEW}', 'n-1', '{kind}', '{code(number)}',"
        f" '{person(number)}', '310000', 'normal', 1, 'holder', 'x', '{by}', now(), '{HALL}', '1',"
        f" 'filed', 1, now(), '1'{values})"
    )


def decide(
    by: str, number: int, state: str = "completed", at: str = "now()", more: str = ""
) -> str:
    approved = "false" if state == "rejected" else "true"
    return (
        f"UPDATE application SET state = '{state}', version = version + 1, approved = {approved},"
        f" decided_by = '{by}', decided_window = '9', decided_at = {at}, decision_reason = 'x',"
        f" lift_protection = false, changed_at = now(), changed_window = '9'{more}"
        f" WHERE id = '{application_id(number)}'"
    )


def change(number: int, state: str) -> str:
    return (
        f"UPDATE card SET state = '{state}', version = version + 1"
        f" WHERE identification_code = '{code(number)}'"
    )


def e_card(number: int, sign_no: str = "S-99", holder: int | None = None) -> str:
    whose = person(number if holder is None else holder)
    return (
        "INSERT INTO e_card (sign_no, sign_seq, sign_level, identification_code, id_number, region, state,"
        f" signed_at, valid_until, version) VALUES ('{sign_no}', 1, 1, '{code(number)}', '{whose}', '310000',"
        " 'issued', now(), '2036-01-01', 1)"
    )


TRY = (
    "INSERT INTO code_try (id, operator_number, at, digest, answered) VALUES (gen_random_uuid(), '1001',"
    " now(), encode(sha256('2345-6789-ABCD-EFGH'), 'hex'), false)"
)


def _file_of(number: int) -> str:
    return (
        "SELECT f.* FROM document_file AS f WHERE sha256 ="
        f" encode(sha256(convert_to('%PDF-1.7 {number}', 'UTF8')), 'hex')"
    )


FILE = (
    "INSERT INTO document_file (sha256, size, kept_at, pdf)"
    " VALUES (encode(sha256('x'), 'hex'), 1, now(), 'x')"
)


def statement(by: str, number: int = HERE, at: str = "now()") -> str:
    return (
        "INSERT INTO statement (serial, verification_code, kind, id_number, subject, recipient,"
        ' copy_number, issued_at, valid_until, hall, "window", operator_number, sha256, pages, language,'
        " template_version, remark) VALUES"
        f" ('x-1', 'v', 'annual', '{person(number)}', '202601-202612', 'holder', 1, {at}, '2036-01-01',"
        f" '{HALL}', '1', '{by}', encode(sha256('x'), 'hex'), 1, 'zh_CN', '1', ''); {FILE}"
    )


def loss(by: str, number: int = HERE, until: str = "now() + interval '5 days'") -> str:
    return (
        'INSERT INTO temporary_loss (identification_code, started_at, until, reported_by, "window")'
        f" VALUES ('{code(number)}', now(), {until}, '{by}', '1')"
    )


def outbox(by: str, number: int = HERE, state: str = "pending") -> str:
    return (
        "INSERT INTO outbox (id, identification_code, order_key, kind, method, path, body, created_at, state,"
        f" attempts, asked_by) VALUES ('{_NEW}', '{code(number)}', '{code(number)}', 'report_card', 'PUT',"
        f" '/v1/cards/x', '{{}}', now(), '{state}', 0, '{by}/1/{HALL}')"
    )


def new_card(
    number: int, state: str = "in_production", identification_code: str | None = None
) -> str:
    return (
        "INSERT INTO card (identification_code, card_number, id_number, name, region, state, version,"
        f" mirrored_version, replaces) SELECT '{identification_code or code(71)}', 'E1', id_number, name,"
        f" region, '{state}', 1, 0, identification_code FROM card"
        f" WHERE identification_code = '{code(number)}'"
    )


def _of(number: int, table: str) -> str:
    return f"SELECT * FROM {table} WHERE id_number = '{person(number)}'"


# --- a clerk ----------------------------------------------------------------------------------------


def clerk() -> list[Attempt]:
    return [*_reading(), *_forging(), *_deciding(), *_cards(), *_e_cards(), *_small_things()]


def _reading() -> list[Attempt]:
    ours = f"(SELECT id FROM holder WHERE id_number = '{person(STRANGER)}')"
    return [
        unseen("holder without purpose", _of(STRANGER, "holder")),
        unseen("holder by name", "SELECT * FROM holder WHERE name = '公民0'"),
        unseen("card without purpose", _of(STRANGER, "card")),
        unseen("e-card without purpose", _of(STRANGER, "e_card")),
        unseen("consent without purpose", _of(STRANGER, "consent")),
        unseen("statement without purpose", _of(STRANGER, "statement")),
        unseen("application without purpose", _of(STRANGER, "application")),
        unseen(
            "contributions without purpose", f"SELECT * FROM contribution WHERE person = {ours}"
        ),
        unseen("pension without purpose", f"SELECT * FROM pension_year WHERE person = {ours}"),
        unseen("months by number", "SELECT * FROM contribution WHERE person = 1"),
        unseen("pension by number", "SELECT * FROM pension_year WHERE person = 1"),
        unseen(
            "instructions without purpose",
            f"SELECT body FROM outbox WHERE identification_code = '{code(STRANGER)}'",
        ),
        unseen(
            "loss without purpose",
            "SELECT * FROM temporary_loss WHERE identification_code"
            " NOT IN (SELECT identification_code FROM card)",
            twin=("SELECT * FROM temporary_loss",),
        ),
        unseen(
            "all holders",
            "SELECT * FROM holder EXCEPT SELECT h.* FROM holder AS h JOIN"
            " desk_open_purpose AS p ON p.subject = h.id_number",
            twin=("SELECT * FROM holder",),
        ),
        unseen(
            "purpose in the same transaction",
            purpose(CLERK, STRANGER),
            _of(STRANGER, "holder"),
            twin=(_of(STRANGER, "holder"),),
        ),
        unseen(
            "purpose in a savepoint",
            "SAVEPOINT s",
            purpose(CLERK, STRANGER),
            "RELEASE s",
            _of(STRANGER, "holder"),
            twin=(_of(STRANGER, "holder"),),
        ),
        unseen(
            "purpose by a cte",
            f"WITH p AS ({purpose(CLERK, STRANGER)} RETURNING 1)"
            f" SELECT h.* FROM holder AS h, p WHERE id_number = '{person(STRANGER)}'",
            twin=(_of(STRANGER, "holder"),),
        ),
        unseen(
            "purpose in a cursor",
            purpose(CLERK, STRANGER),
            f"DECLARE c CURSOR WITH HOLD FOR {_of(STRANGER, 'holder')}",
            "FETCH ALL FROM c",
            twin=(f"DECLARE c CURSOR WITH HOLD FOR {_of(STRANGER, 'holder')}", "FETCH ALL FROM c"),
        ),
        unseen(
            "purpose rolled back",
            "SAVEPOINT s",
            purpose(CLERK, STRANGER),
            "ROLLBACK TO s",
            _of(STRANGER, "card"),
            twin=(_of(STRANGER, "card"),),
        ),
        refused(
            "whose purpose it opens",
            purpose(CLERK, STRANGER) + " RETURNING subject",
            twin=(purpose(CLERK, STRANGER) + " RETURNING subject",),
        ),
        refused("person of a purpose", purpose(CLERK, STRANGER) + " RETURNING person"),
        refused("purpose of a colleague", purpose(COLLEAGUE, STRANGER), who=COLLEAGUE),
        refused(
            "purpose of nobody",
            purpose(CLERK, STRANGER).replace(f"'{CLERK}'", "NULL"),
            who=CLERK,
            twin=(purpose(CLERK, STRANGER),),
        ),
        refused(
            "case of a clerk",
            purpose(CLERK, LOST, "case"),
            who=SUPERVISOR,
            twin=(purpose(SUPERVISOR, LOST, "case"),),
        ),
        refused(
            "own transaction number",
            purpose(CLERK, STRANGER)
            .replace("reason)", "reason, xid)")
            .replace("'x')", "'x', '1')"),
        ),
        unseen(
            "dated purpose stays now",
            purpose(CLERK, STRANGER, at="'2020-01-01'"),
            "SELECT id FROM purpose WHERE at < '2021-01-01'",
            twin=(
                purpose(CLERK, STRANGER, at="'2020-01-01'"),
                "SELECT id FROM purpose WHERE at < '2021-01-01'",
            ),
        ),
        unseen("others' purposes", f"SELECT id FROM purpose WHERE operator_number <> '{CLERK}'"),
        unseen("others' visits", f"SELECT * FROM visit WHERE operator_number <> '{CLERK}'"),
        refused("trail", "SELECT * FROM audit", who=AUDITOR),
        refused("trail's heads", "SELECT * FROM audit_head", who=AUDITOR),
        refused(
            "reference of a citizen", f"SELECT desk_reference('{person(STRANGER)}')", who=AUDITOR
        ),
        unseen("lock a stranger's card", _of(STRANGER, "card") + " FOR NO KEY UPDATE"),
        unseen(
            "leaky cast",
            "SELECT * FROM holder WHERE id_number::numeric > 0"
            f" AND id_number = '{person(STRANGER)}'",
        ),
        unseen(
            "leaky division",
            "SELECT * FROM contribution WHERE 1 / (CASE WHEN person = 1 THEN 0 ELSE 1 END) = 2",
            twin=("SELECT * FROM contribution WHERE person = 1",),
        ),
    ]


def _forging() -> list[Attempt]:
    return [
        refused(
            "forged reporter",
            application(COLLEAGUE),
            who=COLLEAGUE,
            twin=(application(COLLEAGUE, NEW_CARD),),
        ),
        refused("forged supervisor as reporter", application(SUPERVISOR), who="owner"),
        refused(
            "application about a stranger",
            application(CLERK, STRANGER).replace("'n-1'", "'n-2'"),
            twin=(application(CLERK, HERE),),
        ),
        refused(
            "filed as decided",
            application(
                CLERK,
                columns=", approved, decided_by, decided_window, decided_at",
                values=f", true, '{SUPERVISOR}', '9', now()",
            ).replace("'filed', 1", "'completed', 1"),
        ),
        refused(
            "filed as assigned",
            application(CLERK, columns=", assigned_to", values=f", '{SUPERVISOR}'"),
        ),
        refused(
            "filed with a card",
            application(CLERK, columns=", new_identification_code", values=f", '{code(72)}'"),
        ),
        refused("filed as told", application(CLERK, columns=", told_at", values=", now()")),
        refused("filed at version 7", application(CLERK).replace("'filed', 1,", "'filed', 7,")),
        unseen(
            "filed yesterday",
            application(CLERK).replace("now(), '", "now() - interval '1 day', '"),
            "SELECT * FROM application WHERE number = 'n-1' AND filed_at < now() - interval '1 hour'",
            twin=(
                application(CLERK).replace("now(), '", "now() - interval '1 day', '"),
                "SELECT * FROM application WHERE number = 'n-1'"
                " AND filed_at < now() - interval '1 hour'",
            ),
        ),
        unseen(
            "filed in the other hall",
            application(CLERK).replace(HALL, OTHER_HALL),
            f"SELECT * FROM application WHERE number = 'n-1' AND hall = '{OTHER_HALL}'",
            twin=(
                application(CLERK).replace(HALL, OTHER_HALL),
                f"SELECT * FROM application WHERE number = 'n-1' AND hall = '{OTHER_HALL}'",
            ),
        ),
        refused(
            "reporter afterwards",
            f"UPDATE application SET filed_by = '{COLLEAGUE}'"
            f" WHERE id = '{application_id(DECIDED)}'",
            twin=(
                f"UPDATE application SET filed_by = '{COLLEAGUE}' WHERE id = '{application_id(DECIDED)}'",
            ),
        ),
        refused("time afterwards", "UPDATE application SET filed_at = now() - interval '9 days'"),
        refused("hall afterwards", f"UPDATE application SET hall = '{OTHER_HALL}'"),
        refused("reason afterwards", "UPDATE application SET reason = 'other'"),
        refused("application deleted", "DELETE FROM application"),
        refused("loss by a colleague", loss(COLLEAGUE), who="owner"),
        refused("loss of a stranger's card", loss(CLERK, STRANGER), twin=(loss(CLERK, STRANGER),)),
        refused("loss that ends at once", loss(CLERK, until="now() + interval '1 second'")),
        unseen(
            "loss begun yesterday",
            loss(CLERK).replace("now(), now()", "now() - interval '1 day', now()"),
            "SELECT * FROM temporary_loss WHERE reported_by = '1001'"
            " AND started_at < now() - interval '1 hour'",
            twin=(
                loss(CLERK).replace("now(), now()", "now() - interval '1 day', now()"),
                "SELECT * FROM temporary_loss WHERE reported_by = '1001'"
                " AND started_at < now() - interval '1 hour'",
            ),
        ),
        refused("statement by a colleague", statement(COLLEAGUE), who="owner"),
        refused("statement about a stranger", statement(CLERK, STRANGER)),
        refused("statement of yesterday", statement(CLERK, at="now() - interval '1 day'")),
        refused("statement of tomorrow", statement(CLERK, at="now() + interval '1 day'")),
        unseen(
            "statement of the other hall",
            statement(CLERK).replace(HALL, OTHER_HALL),
            f"SELECT * FROM statement WHERE serial = 'x-1' AND hall = '{OTHER_HALL}'",
            twin=(
                statement(CLERK).replace(HALL, OTHER_HALL),
                f"SELECT * FROM statement WHERE serial = 'x-1' AND hall = '{OTHER_HALL}'",
            ),
        ),
        refused(
            "a file of another digest",
            statement(CLERK).replace(", 1, now(), 'x')", ", 1, now(), 'y')"),
            who="owner",
            twin=(statement(CLERK),),
        ),
        refused("a file without an issue", FILE, twin=(statement("1001"),)),
        unseen("a stranger's file", _file_of(STRANGER)),
        refused(
            "a code that led somewhere",
            TRY.replace("false", "true, 'x'").replace("answered)", "answered, xid)"),
            twin=(TRY,),
        ),
        refused("a try by a colleague", TRY.replace(f"'{CLERK}'", f"'{COLLEAGUE}'"), twin=(TRY,)),
        refused("read tries", "SELECT count(*) FROM code_try"),
        unseen(
            "a code that was not tried",
            "SELECT * FROM desk_code('2345-6789-ABCD-EFGH')",
            twin=(
                "INSERT INTO code_try (id, operator_number, at, digest, answered, xid) SELECT"
                " gen_random_uuid(), '1001', now(), encode(sha256('2345-6789-ABCD-EFGH'), 'hex'), false, '0'",
                "SELECT * FROM statement WHERE verification_code = '2345-6789-ABCD-EFGH'",
            ),
        ),
        unseen(
            "a code tried in the same breath",
            TRY,
            "SELECT * FROM desk_code('2345-6789-ABCD-EFGH')",
            twin=(
                TRY,
                "SELECT * FROM statement WHERE verification_code = '2345-6789-ABCD-EFGH'",
            ),
        ),
        utility("check files", "SELECT * FROM desk_check_files('', 1)", who=AUDITOR),
        refused(
            "a file removed",
            "UPDATE document_file SET pdf = NULL, removed_at = now()",
            twin=(
                "ALTER TABLE document_file DISABLE TRIGGER USER",
                "UPDATE document_file SET pdf = NULL, removed_at = now()",
            ),
        ),
        refused(
            "statement changed",
            "UPDATE statement SET copy_number = 7",
            twin=(
                "ALTER TABLE statement DISABLE TRIGGER USER",
                "UPDATE statement SET copy_number = 7",
            ),
        ),
        refused("instruction of a colleague", outbox(COLLEAGUE), who="owner"),
        refused("instruction about a stranger", outbox(CLERK, STRANGER)),
        refused("instruction as delivered", outbox(CLERK, state="delivered")),
        refused("instruction settled", "UPDATE outbox SET state = 'delivered'"),
        refused("instruction rewritten", "UPDATE outbox SET body = 'x'"),
        refused("instruction deleted", "DELETE FROM outbox"),
    ]


def _deciding() -> list[Attempt]:
    return [
        refused(
            "approve as a clerk",
            decide(CLERK, LOST),
            who=SUPERVISOR,
            twin=(decide(SUPERVISOR, LOST),),
        ),
        refused("approve in a supervisor's name", decide(SUPERVISOR, LOST), who=SUPERVISOR),
        refused(
            "assign",
            f"UPDATE application SET assigned_to = '{SUPERVISOR}', version = version + 1"
            f" WHERE id = '{application_id(LOST)}'",
            who=SUPERVISOR,
        ),
        refused(
            "state alone",
            f"UPDATE application SET state = 'completed', version = version + 1,"
            f" changed_at = now() WHERE id = '{application_id(REPLACED)}' AND state = 'filed' OR"
            f" id = '{application_id(DECIDED)}'",
            twin=(
                f"UPDATE application SET version = version + 1 WHERE id = '{application_id(DECIDED)}'",
            ),
        ),
        refused(
            "told before the decision",
            f"UPDATE application SET told_at = now(), version = version + 1"
            f" WHERE id = '{application_id(LOST)}'",
            who=CLERK,
            twin=(
                f"UPDATE application SET told_at = now(), version = version + 1, changed_at = now()"
                f" WHERE id = '{application_id(DECIDED)}'",
            ),
        ),
        refused(
            "version kept",
            f"UPDATE application SET told_at = now(), version = version + 3"
            f" WHERE id = '{application_id(DECIDED)}'",
            who=CLERK,
            twin=(
                f"UPDATE application SET told_at = now(), version = version + 1"
                f" WHERE id = '{application_id(DECIDED)}'",
            ),
        ),
    ]


def _cards() -> list[Attempt]:
    return [
        refused("formally lost at once", change(HERE, "lost"), twin=(change(HERE, "lost"),)),
        refused(
            "formal loss without a decision",
            change(LOST, "lost"),
            who=SUPERVISOR,
            twin=(decide(SUPERVISOR, LOST), change(LOST, "lost")),
        ),
        refused(
            "release without a decision",
            change(FORMALLY_LOST, "normal"),
            who=SUPERVISOR,
            twin=(decide(SUPERVISOR, FORMALLY_LOST), change(FORMALLY_LOST, "normal")),
        ),
        refused(
            "lapse before its time",
            change(LOST, "normal"),
            who=CLERK,
            twin=(change(DUE, "normal"),),
        ),
        refused(
            "end made earlier",
            f"UPDATE temporary_loss SET until = now() WHERE identification_code = '{code(LOST)}'",
        ),
        refused(
            "loss ended, card protected",
            f"UPDATE temporary_loss SET ended_at = now() WHERE identification_code = '{code(DUE)}'",
            who=CLERK,
            twin=(
                f"UPDATE temporary_loss SET ended_at = now() WHERE identification_code = '{code(DUE)}'",
                change(DUE, "normal"),
            ),
        ),
        refused(
            "loss ended and begun again",
            f"UPDATE temporary_loss SET ended_at = now() WHERE"
            f" identification_code = '{code(LOST)}'",
            loss(CLERK, LOST),
        ),
        refused("cancelled without a decision", change(HERE, "cancelled")),
        refused(
            "given up before the hand-over",
            change(REPLACED, "cancelled"),
            who=CLERK,
            twin=(_handed_over()[0], _handed_over()[1], change(REPLACED, "cancelled")),
        ),
        refused(
            "handed over before the application is",
            _handed_over()[1],
            who=CLERK,
            twin=(*_handed_over(),),
        ),
        refused(
            "expired before its day",
            change(HERE, "expired"),
            who=CLERK,
            twin=(change(PAST, "expired"),),
        ),
        refused(
            "expired by another time zone",
            "SET LOCAL TimeZone = '<X>-167'",
            change(NEARLY_PAST, "expired"),
            who=CLERK,
            twin=("SET LOCAL TimeZone = '<X>-167'", change(PAST, "expired")),
        ),
        refused(
            "expired while an application waits",
            change(FILED_PAST, "expired"),
            who=CLERK,
            twin=(change(PAST, "expired"),),
        ),
        refused(
            "expired while it is protected",
            loss(CLERK, PAST),
            change(PAST, "temporarily_lost"),
            change(PAST, "expired"),
            who=CLERK,
            twin=(change(PAST, "expired"),),
        ),
        refused("locked", change(HERE, "locked")),
        refused("back to production", change(HERE, "in_production")),
        refused(
            "state without a version",
            f"UPDATE card SET state = 'normal' WHERE identification_code = '{code(NEW_CARD)}'",
            who=CLERK,
            twin=(change(NEW_CARD, "normal"),),
        ),
        refused(
            "version of its own",
            f"UPDATE card SET version = 99 WHERE identification_code = '{code(HERE)}'",
        ),
        refused(
            "version back",
            f"UPDATE card SET version = 0 WHERE identification_code = '{code(HERE)}'",
            twin=(f"UPDATE card SET version = 2 WHERE identification_code = '{code(HERE)}'",),
        ),
        refused(
            "acknowledged by the clerk",
            "UPDATE card SET mirrored_version = version",
            who="door",
            twin=("UPDATE card SET mirrored_version = version",),
        ),
        refused("another holder", f"UPDATE card SET id_number = '{person(STRANGER)}'"),
        refused("another name", "UPDATE card SET name = 'x'"),
        refused("another expiry", "UPDATE card SET valid_until = '2099-01-01'"),
        refused("a card of one's own", new_card(HERE)),
        refused(
            "card deleted",
            "DELETE FROM card",
            twin=(new_card(HERE), f"DELETE FROM card WHERE identification_code = '{code(71)}'"),
        ),
        unseen("a stranger's card activated", change(STRANGER, "temporarily_lost")),
        refused(
            "holder corrected", f"UPDATE holder SET name = 'x' WHERE id_number = '{person(HERE)}'"
        ),
        refused("holder invented", "INSERT INTO holder (id_number, name) VALUES ('x', 'x')"),
        refused("contributions invented", "UPDATE contribution SET base_fen = 1"),
        refused("pension invented", "UPDATE pension_year SET closing_fen = 1"),
        refused("employer renamed", "INSERT INTO employer (number, name) VALUES ('x', 'x')"),
    ]


def _handed_over() -> tuple[str, str]:
    completed = (
        "UPDATE application SET state = 'completed', version = version + 1, changed_at = now(),"
        f" changed_window = '1' WHERE id = '{application_id(REPLACED)}'"
    )
    in_hand = (
        "UPDATE card SET state = 'normal', version = version + 1"
        f" WHERE identification_code = '{REPLACEMENT}'"
    )
    return completed, in_hand


def _e_cards() -> list[Attempt]:
    unique = ("23505",)
    second = e_card(HERE, "S-98")
    return [
        Attempt("a second e-card", (second,), twin=(e_card(NEW_CARD),), who=CLERK, states=unique),
        Attempt(
            "a second e-card by moving one",
            (
                e_card(NEW_CARD),
                f"UPDATE e_card SET identification_code = '{code(HERE)}',"
                f" id_number = '{person(HERE)}', version = 2 WHERE sign_no = 'S-99'",
            ),
            twin=(e_card(NEW_CARD),),
            who=CLERK,
        ),
        Attempt(
            "a second e-card by an upsert",
            (second + " ON CONFLICT (sign_no) DO UPDATE SET state = 'issued', version = 9",),
            twin=(
                e_card(HERE, "S-1").replace("'310000', 'issued'", "'310000', 'claimed'")
                + " ON CONFLICT (sign_no) DO UPDATE SET state = 'claimed', version = 9",
            ),
            who=CLERK,
            states=unique,
        ),
        refused(
            "an e-card for a stranger",
            e_card(STRANGER, "S-97"),
            who="owner",
            twin=(e_card(NEW_CARD, "S-97"),),
        ),
        refused("an e-card on another's card", e_card(NEW_CARD, "S-96", holder=HERE), who="owner"),
        refused(
            "an older version",
            "UPDATE e_card SET version = 1, state = 'claimed' WHERE sign_no = 'S-1'",
            who=CLERK,
            twin=("UPDATE e_card SET version = 2, state = 'claimed' WHERE sign_no = 'S-1'",),
        ),
        refused(
            "back from the end",
            "UPDATE e_card SET version = 2, state = 'revoked' WHERE sign_no = 'S-1'",
            "UPDATE e_card SET version = 3, state = 'issued' WHERE sign_no = 'S-1'",
            who="owner",
        ),
        refused(
            "e-card deleted",
            "DELETE FROM e_card",
            twin=("ALTER TABLE e_card DISABLE TRIGGER USER", "DELETE FROM e_card"),
        ),
        refused("consent of a stranger", _consent(STRANGER), twin=(_consent(STRANGER),)),
        refused("consent of last year", _consent(HERE, "now() - interval '1 year'")),
        refused(
            "consent changed",
            "UPDATE consent SET text_version = 'x'",
            twin=(
                "ALTER TABLE consent DISABLE TRIGGER USER",
                "UPDATE consent SET text_version = 'x'",
            ),
        ),
    ]


def _consent(number: int, at: str = "now()") -> str:
    return (
        "INSERT INTO consent (id, identification_code, id_number, text_version, given_at, method) VALUES"
        f" ('{_NEW}', '{code(number)}', '{person(number)}', '2026-1', {at}, 'paper')"
    )


def _small_things() -> list[Attempt]:
    shift = (
        'INSERT INTO shift (id, operator_number, hall, "window", opened_at, remark) VALUES'
        f" ('{_NEW}', '{{by}}', '{HALL}', '1', now(), '')"
    )
    visit = (
        'INSERT INTO visit (id, opened_at, operator_number, "window") VALUES'
        f" ('{_NEW}', now(), '{{by}}', '1')"
    )
    counter = "INSERT INTO {table} (region, day, last) VALUES ('310000', '2026-01-01', {last})"
    return [
        refused("a colleague's shift", shift.format(by=COLLEAGUE), who="owner"),
        refused("a colleague's visit", visit.format(by=COLLEAGUE), who="owner"),
        unseen(
            "a colleague's visit closed",
            f"UPDATE visit SET closed_at = now() WHERE operator_number = '{COLLEAGUE}'",
        ),
        refused(
            "a shift that was opened earlier",
            shift.format(by=CLERK),
            "UPDATE shift SET opened_at = '2020-01-01'",
            who="owner",
        ),
        refused(
            "a closed shift opened",
            shift.format(by=CLERK),
            "UPDATE shift SET closed_at = now()",
            "UPDATE shift SET closed_at = NULL",
            who="owner",
        ),
        refused("a number ahead", counter.format(table="statement_counter", last=900)),
        refused(
            "a number twice",
            counter.format(table="application_counter", last=1),
            "UPDATE application_counter SET last = 1",
            twin=(
                counter.format(table="application_counter", last=1),
                "UPDATE application_counter SET last = 2",
            ),
        ),
        refused("card serials", "INSERT INTO card_counter VALUES ('310000', 4000000000)"),
        refused(
            "written at an old snapshot",
            "SET TRANSACTION ISOLATION LEVEL REPEATABLE READ",
            purpose(CLERK, STRANGER),
            who=CLERK,
            twin=(purpose(CLERK, STRANGER),),
        ),
        refused(
            "written serializably",
            "SET TRANSACTION ISOLATION LEVEL SERIALIZABLE",
            visit.format(by=CLERK),
            who=CLERK,
            twin=(visit.format(by=CLERK),),
        ),
        refused(
            "disable a colleague", f"SELECT desk_disable_operator('{ABSENT}')", who=ADMINISTRATOR
        ),
        refused(
            "a colleague's login",
            f"SELECT desk_set_login('{COLLEAGUE}', {_VERIFIER})",
            who=ADMINISTRATOR,
        ),
        refused(
            "a supervisor's account",
            f"SELECT desk_put_operator('{SUPERVISOR}', 'x', '{HALL}', '$login$',"
            " true, 0, NULL, NULL, NULL, '{supervisor}')",
            who=ADMINISTRATOR,
        ),
    ]


# --- a supervisor -----------------------------------------------------------------------------------


def supervisor() -> list[Attempt]:
    me = SUPERVISOR
    return [
        refused("approve in the deputy's name", decide(DEPUTY, LOST), who=DEPUTY),
        refused(
            "decide before now",
            decide(me, LOST),
            decide(me, LOST, at="'2020-01-01'"),
            twin=(decide(me, LOST, at="'2020-01-01'"),),
        ),
        unseen(
            "decided at another time",
            decide(me, LOST, at="'2020-01-01'"),
            "SELECT * FROM application WHERE decided_at < '2021-01-01'",
            twin=(
                decide(me, LOST, at="'2020-01-01'"),
                "SELECT * FROM application WHERE decided_at < '2021-01-01'",
            ),
        ),
        unseen(
            "decide in the other hall",
            decide(me, ELSEWHERE_LOST),
            who="2003",
            twin=(decide("2003", ELSEWHERE_LOST),),
        ),
        refused("decide again", decide(me, DECIDED), who="owner"),
        refused(
            "decision changed",
            f"UPDATE application SET decision_reason = 'y' WHERE id = '{application_id(DECIDED)}'",
        ),
        refused(
            "decision withdrawn",
            f"UPDATE application SET state = 'filed', version = version + 1,"
            f" approved = NULL, decided_by = NULL, decided_at = NULL, decided_window = NULL WHERE"
            f" id = '{application_id(DECIDED)}'",
        ),
        refused("approved replacement completed", _handed_over()[0], who=CLERK),
        refused(
            "replacement without a card",
            f"UPDATE application SET new_identification_code = 'x' WHERE"
            f" id = '{application_id(REPLACED)}'",
        ),
        refused(
            "assign to a clerk",
            f"UPDATE application SET assigned_to = '{CLERK}', version = version + 1"
            f" WHERE id = '{application_id(LOST)}'",
            who=me,
            twin=(
                f"UPDATE application SET assigned_to = '{DEPUTY}', version = version + 1"
                f" WHERE id = '{application_id(LOST)}'",
            ),
        ),
        refused(
            "assign to the other hall",
            f"UPDATE application SET assigned_to = '2003',"
            f" version = version + 1 WHERE id = '{application_id(LOST)}'",
        ),
        refused("file", application(me), who=CLERK, twin=(application(CLERK),)),
        refused("file in a clerk's name", application(CLERK), who=CLERK),
        refused("report a loss", loss(me, LOST), who=CLERK, twin=(loss(CLERK),)),
        refused("reporter changed", f"UPDATE application SET filed_by = '{me}'"),
        refused(
            "card of the application changed",
            f"UPDATE application SET identification_code ="
            f" '{code(HERE)}' WHERE id = '{application_id(LOST)}'",
        ),
        refused(
            "kind changed",
            "UPDATE application SET kind = 'release'",
            twin=(f"UPDATE application SET kind = 'release' WHERE id = '{application_id(LOST)}'",),
        ),
        refused("application deleted", "DELETE FROM application"),
        Attempt(
            "rejected without a reason",
            (
                decide(me, LOST, "rejected", more=", told_at = NULL")
                .replace(", told_at = NULL", "")
                .replace("'x',", "'',"),
            ),
            who=me,
            twin=(decide(me, LOST, "rejected"),),
            states=("23514",),
        ),
        Attempt(
            "approved and rejected",
            (decide(me, LOST).replace("approved = true", "approved = false"),),
            who=me,
            twin=(decide(me, LOST),),
            states=("23514",),
        ),
        refused(
            "told by a supervisor",
            f"UPDATE application SET told_at = now(), version = version + 1"
            f" WHERE id = '{application_id(DECIDED)}'",
            who=CLERK,
        ),
        refused(
            "card without a decision",
            change(LOST, "lost"),
            who=me,
            twin=(decide(me, LOST), change(LOST, "lost")),
        ),
        refused(
            "release on a loss's decision",
            decide(me, LOST),
            change(LOST, "normal"),
            twin=(decide(me, LOST), change(LOST, "normal")),
        ),
        refused(
            "release after a rejection",
            decide(me, FORMALLY_LOST, "rejected"),
            change(FORMALLY_LOST, "normal"),
        ),
        refused(
            "protection lifted against the holder",
            decide(me, LOST, "rejected"),
            change(LOST, "normal"),
            who=me,
            twin=(
                decide(me, LOST, "rejected").replace(
                    "lift_protection = false", "lift_protection = true"
                ),
                change(LOST, "normal"),
            ),
        ),
        refused("cancelled on a loss's decision", decide(me, LOST), change(LOST, "cancelled")),
        unseen(
            "another's card on this decision", decide(me, LOST), change(HERE, "temporarily_lost")
        ),
        refused("activate", change(LOST, "normal")),
        unseen("activate a new card", change(NEW_CARD, "normal"), who=CLERK),
        refused("a card nobody applied for", new_card(LOST)),
        refused("a card in use", new_card(LOST, "normal")),
        refused("a card for another application", decide(me, LOST), new_card(LOST)),
        refused("a second replacement", new_card(REPLACED)),
        refused(
            "serials back",
            "DELETE FROM card_counter",
            twin=(
                "INSERT INTO card_counter VALUES ('310000', 4000000000)",
                "DELETE FROM card_counter",
            ),
        ),
        refused(
            "serials ahead",
            "INSERT INTO card_counter VALUES ('310000', 4000000000)",
            "UPDATE card_counter SET last = last + 9",
            who=me,
            twin=(
                "INSERT INTO card_counter VALUES ('310000', 4000000000)",
                "UPDATE card_counter SET last = last + 1",
            ),
        ),
        unseen("holder of nobody's case", _of(HERE, "holder")),
        unseen("card of nobody's case", _of(HERE, "card"), who=CLERK),
        unseen("a stranger's e-card", _of(HERE, "e_card")),
        unseen("a stranger's consent", _of(HERE, "consent")),
        unseen("a stranger's statements", _of(HERE, "statement")),
        unseen("a stranger's months", "SELECT * FROM contribution WHERE person = 2"),
        unseen("a stranger's pension", "SELECT * FROM pension_year WHERE person = 2"),
        unseen(
            "the other hall's queue",
            f"SELECT * FROM application WHERE hall = '{OTHER_HALL}'",
            who="2003",
        ),
        unseen("the other hall's holders", _of(ELSEWHERE_LOST, "holder"), who="2003"),
        refused(
            "case of the other hall",
            purpose(me, ELSEWHERE_LOST, "case"),
            who="2003",
            twin=(purpose("2003", ELSEWHERE_LOST, "case"),),
        ),
        refused("case of nobody", purpose(me, HERE, "case"), twin=(purpose(me, HERE, "case"),)),
        refused(
            "look up as a supervisor",
            purpose(me, HERE, "look_up"),
            who=CLERK,
            twin=(purpose(CLERK, HERE, "look_up"),),
        ),
        refused("card as a supervisor", purpose(me, HERE), who=CLERK, twin=(purpose(CLERK, HERE),)),
        refused(
            "reveal as a supervisor",
            purpose(me, LOST, "reveal"),
            who=CLERK,
            twin=(purpose(CLERK, LOST, "reveal"),),
        ),
        refused("purpose of the deputy", purpose(DEPUTY, LOST, "case"), who=DEPUTY),
        refused(
            "issue a statement", statement(me, LOST), who=CLERK, twin=(statement(CLERK, HERE),)
        ),
        refused("an e-card", e_card(LOST), who=CLERK),
        refused(
            "end an e-card",
            "UPDATE e_card SET state = 'revoked', version = 2",
            who=CLERK,
            twin=("UPDATE e_card SET state = 'revoked', version = 2 WHERE sign_no = 'S-1'",),
        ),
        refused("consent", _consent(LOST), who=CLERK),
        refused("visits", "SELECT * FROM visit", who="owner"),
        refused("trail", "SELECT * FROM audit", who=AUDITOR),
        refused("reference", f"SELECT desk_reference('{person(LOST)}')", who=AUDITOR),
        refused("operators", f"SELECT desk_disable_operator('{ABSENT}')", who=ADMINISTRATOR),
        refused("instruction in a clerk's name", outbox(CLERK, LOST), who=CLERK),
        refused("instruction settled", "UPDATE outbox SET state = 'refused'", who="door"),
        unseen(
            "the other hall's shifts",
            f"SELECT * FROM shift WHERE hall = '{OTHER_HALL}'",
            who="owner",
            twin=(
                'INSERT INTO shift (id, operator_number, hall, "window", opened_at, remark) VALUES'
                f" ('{_NEW}', '2003', '{OTHER_HALL}', '1', now(), '') RETURNING 1",
            ),
        ),
        refused(
            "at an old snapshot",
            "SET TRANSACTION ISOLATION LEVEL REPEATABLE READ",
            decide(me, LOST),
            who=me,
            twin=(decide(me, LOST),),
        ),
    ]


def both_roles() -> list[Attempt]:
    """A person who files and decides, but never the same."""
    four_eyes = ("23514", "42501")
    return [
        Attempt(
            "approve one's own",
            (decide(BOTH, OWN),),
            who=SUPERVISOR,
            twin=(decide(SUPERVISOR, OWN),),
            states=four_eyes,
        ),
        Attempt(
            "reject one's own",
            (decide(BOTH, OWN, "rejected"),),
            who=BOTH,
            twin=(decide(BOTH, LOST, "rejected"),),
            states=four_eyes,
        ),
        Attempt(
            "file and approve at once",
            (application(BOTH), decide(BOTH, HERE).replace(str(application_id(HERE)), str(_NEW))),
            who=BOTH,
            twin=(decide(BOTH, LOST),),
            states=four_eyes,
        ),
        Attempt(
            "approve one's own as the clerks' group",
            ("SET ROLE hall_clerk", decide(BOTH, OWN)),
            who=SUPERVISOR,
            twin=("SET ROLE hall_supervisor", decide(SUPERVISOR, OWN)),
            states=four_eyes,
        ),
        Attempt(
            "approve one's own as the supervisors' group",
            ("SET ROLE hall_supervisor", decide(BOTH, OWN)),
            who=SUPERVISOR,
            twin=("SET ROLE hall_supervisor", decide(SUPERVISOR, OWN)),
            states=four_eyes,
        ),
        Attempt(
            "approve one's own in another's name",
            (decide(SUPERVISOR, OWN),),
            who=SUPERVISOR,
            states=four_eyes,
        ),
        refused(
            "file in another's name, approve in one's own",
            application(CLERK),
            decide(BOTH, HERE).replace(str(application_id(HERE)), str(_NEW)),
        ),
        refused(
            "reporter moved, then approved",
            f"UPDATE application SET filed_by = '{CLERK}' WHERE id = '{application_id(OWN)}'",
            decide(BOTH, OWN),
        ),
        refused(
            "card of one's own application",
            change(OWN, "lost"),
            who=SUPERVISOR,
            twin=(decide(SUPERVISOR, OWN), change(OWN, "lost")),
        ),
        Attempt(
            "take it, then approve it",
            (
                f"UPDATE application SET assigned_to = '{BOTH}', version = version + 1 WHERE"
                f" id = '{application_id(OWN)}'",
                decide(BOTH, OWN),
            ),
            who=BOTH,
            twin=(
                f"UPDATE application SET assigned_to = '{BOTH}', version = version + 1 WHERE"
                f" id = '{application_id(LOST)}'",
                decide(BOTH, LOST),
            ),
            states=four_eyes,
        ),
    ]


# --- those who have nothing to do with citizens -----------------------------------------------------

_CITIZENS = (
    "holder",
    "card",
    "e_card",
    "consent",
    "contribution",
    "pension_year",
    "statement",
    "document_file",
    "code_try",
    "visit",
    "visit_step",
    "application",
    "temporary_loss",
    "purpose",
    "shift",
    "outbox",
    "desk_open_purpose",
    "statement_counter",
    "application_counter",
    "card_counter",
    "employer",
)


def no_citizens(me: str) -> list[Attempt]:
    reads = [refused(f"read {table}", f"SELECT count(*) FROM {table}") for table in _CITIZENS]
    return [
        *reads,
        refused("exists", "SELECT EXISTS (SELECT 1 FROM holder)"),
        refused("a name in a subquery", "SELECT (SELECT max(name) FROM holder)"),
        refused("state a purpose", purpose(me, HERE), who=CLERK, twin=(purpose(CLERK, HERE),)),
        refused(
            "state a case",
            purpose(me, LOST, "case"),
            who=SUPERVISOR,
            twin=(purpose(SUPERVISOR, LOST, "case"),),
        ),
        refused("file", application(me), who=CLERK, twin=(application(CLERK),)),
        refused("decide", decide(me, LOST), who=SUPERVISOR, twin=(decide(SUPERVISOR, LOST),)),
        refused("change a card", change(HERE, "temporarily_lost"), who=CLERK),
        refused("bind", e_card(NEW_CARD), who=CLERK),
        refused("issue", statement(me), who=CLERK, twin=(statement(CLERK),)),
        refused("report a loss", loss(me), who=CLERK, twin=(loss(CLERK),)),
        refused("instruct the platform", outbox(me), who=CLERK, twin=(outbox(CLERK),)),
        utility("copy", "COPY contribution TO STDOUT", who="owner", twin=("ANALYZE contribution",)),
        refused("lock", "SELECT 1 FROM card FOR SHARE"),
        utility("lock table", "LOCK TABLE card IN ACCESS SHARE MODE"),
    ]


def auditor() -> list[Attempt]:
    return [
        *no_citizens(AUDITOR),
        refused("disable", f"SELECT desk_disable_operator('{ABSENT}')", who=ADMINISTRATOR),
        refused("create", _account("7001", "{clerk}"), who=ADMINISTRATOR),
        refused(
            "other's password", f"SELECT desk_set_login('{CLERK}', {_VERIFIER})", who=ADMINISTRATOR
        ),
        unseen(
            "record of somebody else",
            _record(CLERK),
            f"SELECT 1 FROM audit WHERE operator_number = '{CLERK}'",
            twin=(_record(CLERK), f"SELECT 1 FROM audit WHERE operator_number = '{CLERK}'"),
        ),
        unseen(
            "record of another hall",
            _record(AUDITOR, OTHER_HALL),
            f"SELECT 1 FROM audit WHERE hall = '{OTHER_HALL}'",
            twin=(_record(AUDITOR, OTHER_HALL), f"SELECT 1 FROM audit WHERE hall = '{OTHER_HALL}'"),
        ),
        unseen(
            "record of yesterday",
            _record(AUDITOR),
            "SELECT 1 FROM audit WHERE at = 'yesterday'",
            twin=(_record(AUDITOR), "SELECT 1 FROM audit WHERE at = 'yesterday'"),
        ),
    ]


def administrator() -> list[Attempt]:
    return [
        *no_citizens(ADMINISTRATOR),
        refused("trail", "SELECT * FROM audit", who=AUDITOR),
        refused("references", f"SELECT desk_reference('{person(HERE)}')", who=AUDITOR),
        refused("clerk oneself", _account(ADMINISTRATOR, "{administrator,clerk}"), who="9002"),
        refused(
            "supervisor oneself", _account(ADMINISTRATOR, "{administrator,supervisor}"), who="9002"
        ),
        refused("auditor oneself", _account(ADMINISTRATOR, "{administrator,auditor}"), who="9002"),
        refused("nothing oneself", _account(ADMINISTRATOR, "{}"), who="9002"),
        Attempt(
            "an invented role",
            (_account("7001", "{god}"),),
            who=ADMINISTRATOR,
            twin=(_account("7001", "{clerk}"),),
            states=("23514",),
        ),
        Attempt(
            "a verifier that is a password",
            (f"SELECT desk_set_login('{CLERK}', 'plain')",),
            who=ADMINISTRATOR,
            twin=(f"SELECT desk_set_login('{CLERK}', {_VERIFIER})",),
            states=("22023",),
        ),
        Attempt(
            "a verifier with an injection",
            (f"SELECT desk_set_login('{CLERK}', 'x'' SUPERUSER --')",),
            who=ADMINISTRATOR,
            twin=(f"SELECT desk_set_login('{CLERK}', {_VERIFIER})",),
            states=("22023",),
        ),
        Attempt(
            "a login named like a group",
            (_account("clerk", "{clerk}"), f"SELECT desk_set_login('clerk', {_VERIFIER})"),
            who=ADMINISTRATOR,
            twin=(_account("7001", "{clerk}"), f"SELECT desk_set_login('7001', {_VERIFIER})"),
            states=("42710",),
        ),
        Attempt(
            "the owner's password",
            (_account("owner", "{clerk}"), f"SELECT desk_set_login('owner', {_VERIFIER})"),
            who=ADMINISTRATOR,
            twin=(_account("7001", "{clerk}"), f"SELECT desk_set_login('7001', {_VERIFIER})"),
            states=("42710",),
        ),
        Attempt(
            "a login of nobody",
            (f"SELECT desk_set_login('7777', {_VERIFIER})",),
            who=ADMINISTRATOR,
            twin=(f"SELECT desk_set_login('{CLERK}', {_VERIFIER})",),
            states=("22023",),
        ),
        refused(
            "at an old snapshot",
            "SET TRANSACTION ISOLATION LEVEL REPEATABLE READ",
            _account("7001", "{clerk}"),
            who=ADMINISTRATOR,
            twin=(_account("7001", "{clerk}"),),
        ),
        unseen(
            "hashes by function",
            "SELECT 1 FROM desk_accounts(NULL, NULL, false)"
            " WHERE password_hash NOT LIKE '$login$%'",
        ),
    ]


def _account(number: str, roles: str) -> str:
    return f"SELECT desk_put_operator('{number}', 'x', '{HALL}', '', true, 0, NULL, NULL, NULL, '{roles}')"


def _record(by: str, hall: str = HALL) -> str:
    return (
        f"SELECT desk_audit('{hall}', 'yesterday', 'lock', 'done', '{by}', '9', NULL, NULL, NULL)"
    )
