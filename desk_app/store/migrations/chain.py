"""The audit's rules in SQL: one chain per hall, written at its end only, shortened only behind an anchor that
names what is there, and never by records of the last year, whatever a terminal's policy says.

`0002_guards` puts them into the database. On PostgreSQL `desk_audit` is the one way in: it runs as the owner
of the tables, so that no operator needs a right on them.
"""

from __future__ import annotations

from desk_app.store.migrations.columns import refuse

_GENESIS = "0" * 64

# --- SQLite -----------------------------------------------------------------------------------------


def sqlite() -> list[str]:
    """Triggers; the digests are computed by the client, and looked at by `audit verify`."""
    return [
        refuse("audit_no_update", "UPDATE ON audit", "audit is append-only"),
        refuse(
            "audit_no_delete",
            "DELETE ON audit",
            "audit is append-only",
            "NOT EXISTS (SELECT 1 FROM audit AS anchor WHERE anchor.hall = OLD.hall"
            " AND anchor.action = 'anchor' AND anchor.seq > OLD.seq"
            f" AND OLD.seq <= {_sqlite_last('anchor')})",
        ),
        refuse(
            "audit_no_replace",
            "INSERT ON audit",
            "audit is append-only",
            "EXISTS (SELECT 1 FROM audit WHERE hall = NEW.hall AND seq = NEW.seq)",
        ),
        refuse(
            "audit_chain",
            "INSERT ON audit",
            "audit chain does not fit",
            "NOT EXISTS (SELECT 1 FROM audit_head WHERE hall = NEW.hall"
            " AND seq = NEW.seq - 1 AND digest = NEW.previous)",
        ),
        refuse(
            "audit_anchor",
            "INSERT ON audit",
            "audit anchor does not fit",
            "NEW.action = 'anchor' AND NOT EXISTS (SELECT 1 FROM audit AS last,"
            " (SELECT min(seq) AS seq FROM audit WHERE hall = NEW.hall) AS first"
            f" WHERE last.hall = NEW.hall AND last.seq = {_sqlite_last('NEW')} AND NEW.detail ="
            " first.seq || '-' || last.seq || ' ' || (last.seq - first.seq + 1) || ' ' || last.digest"
            " AND NOT EXISTS (SELECT 1 FROM audit AS young WHERE young.hall = NEW.hall"
            " AND young.seq <= last.seq"
            " AND young.at >= strftime('%Y-%m-%dT%H:%M:%S', 'now', '-1 year')))",
        ),
        "CREATE TRIGGER audit_head_follows AFTER INSERT ON audit FOR EACH ROW BEGIN"
        " UPDATE audit_head SET seq = NEW.seq, digest = NEW.digest WHERE hall = NEW.hall; END",
        refuse(
            "audit_head_no_update",
            "UPDATE ON audit_head",
            "audit_head follows the audit",
            "NEW.hall <> OLD.hall OR NOT EXISTS (SELECT 1 FROM audit WHERE hall = NEW.hall"
            " AND seq = NEW.seq AND digest = NEW.digest"
            " AND seq = OLD.seq + 1 AND previous = OLD.digest)",
        ),
        refuse("audit_head_no_delete", "DELETE ON audit_head", "audit_head follows the audit"),
        refuse(
            "audit_head_no_replace",
            "INSERT ON audit_head",
            "audit_head follows the audit",
            f"NEW.seq <> 0 OR NEW.digest <> '{_GENESIS}'"
            " OR EXISTS (SELECT 1 FROM audit_head WHERE hall = NEW.hall)"
            " OR EXISTS (SELECT 1 FROM audit WHERE hall = NEW.hall)",
        ),
    ]


def _sqlite_last(row: str) -> str:
    """The last number that an anchor's detail (`first-last count digest`) names."""
    return f"CAST(substr({row}.detail, instr({row}.detail, '-') + 1) AS INTEGER)"


# --- PostgreSQL -------------------------------------------------------------------------------------


def postgresql(schema: str) -> list[str]:
    """Functions with a search path that nobody can put a table or a function of their own into, and
    triggers. `schema` is the quoted name of the one that holds the tables."""
    path = f"SET search_path = pg_catalog, {schema}, pg_temp"
    return [
        *(statement.replace("SEARCH_PATH", path) for statement in _FUNCTIONS),
        *(f"REVOKE ALL ON FUNCTION {function} FROM PUBLIC" for function in _NOT_FOR_PUBLIC),
        *(f"CREATE TRIGGER {trigger}" for trigger in _TRIGGERS),
    ]


_OPERATOR = """
CREATE FUNCTION desk_operator() RETURNS text LANGUAGE sql STABLE SECURITY DEFINER SEARCH_PATH AS $$
    SELECT number FROM operator
    WHERE starts_with(session_user, current_database() || '_')
        AND number = substr(session_user, length(current_database()) + 2)
$$"""
"""Whose login role the session is: `<database>_<number>`; NULL for everybody else, as the owner."""

_MOMENT = """
CREATE FUNCTION desk_moment() RETURNS text LANGUAGE sql VOLATILE SEARCH_PATH AS $$
    SELECT to_char(clock_timestamp() AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"+00:00"')
$$"""

_FIELD = """
CREATE FUNCTION desk_field(field text) RETURNS text LANGUAGE sql STABLE SEARCH_PATH AS $$
    SELECT coalesce(octet_length(convert_to(field, 'UTF8')) || ':' || field, '-') || ','
$$"""

_LINK = """
CREATE FUNCTION desk_link(link audit) RETURNS text LANGUAGE sql STABLE SEARCH_PATH AS $$
    SELECT encode(sha256(convert_to(string_agg(desk_field(field), '' ORDER BY place), 'UTF8')), 'hex')
    FROM unnest(ARRAY[
        link.previous, link.hall, link.seq::text, link.at, link.action, link.outcome,
        link.operator_number, link."window", link.subject_reference, link.reason, link.detail
    ]) WITH ORDINALITY AS fields(field, place)
$$"""
"""`domain.audit_chain.digest_of`."""

_SUBJECT = """
CREATE FUNCTION desk_subject(id_number text) RETURNS text LANGUAGE plpgsql STABLE SEARCH_PATH AS $$
DECLARE
    inner_key bytea; outer_key bytea;
BEGIN
    SELECT decode(rpad(pepper, 128, '0'), 'hex') INTO STRICT inner_key FROM installation;
    outer_key := inner_key;
    FOR place IN 0..63 LOOP
        outer_key := set_byte(outer_key, place, get_byte(inner_key, place) # 92);
        inner_key := set_byte(inner_key, place, get_byte(inner_key, place) # 54);
    END LOOP;
    RETURN encode(
        sha256(outer_key || sha256(inner_key || convert_to(id_number, 'UTF8'))), 'hex'
    );
END $$"""
"""HMAC-SHA-256 (RFC 2104) of an ID number under the installation's key of 32 bytes."""

_REFERENCE = """
CREATE FUNCTION desk_reference(id_number text) RETURNS text
LANGUAGE plpgsql STABLE SECURITY DEFINER SEARCH_PATH AS $$
BEGIN
    IF NOT pg_has_role(session_user, current_user, 'USAGE') AND NOT EXISTS (
        SELECT 1 FROM operator_role JOIN permission USING (role)
        WHERE number = desk_operator() AND permission = 'read_audit'
    ) THEN
        RAISE insufficient_privilege USING MESSAGE = 'the trail is read by auditors';
    END IF;
    RETURN desk_subject(id_number);
END $$"""
"""What stands for a citizen, for whoever may read the trail; nobody else can turn numbers into references."""

_AUDIT = """
CREATE FUNCTION desk_audit(
    p_hall text, p_at text, p_action text, p_outcome text, p_operator text, p_window text,
    p_subject text, p_reason text, p_detail text
) RETURNS bigint LANGUAGE plpgsql SECURITY DEFINER SEARCH_PATH AS $$
DECLARE
    me text := desk_operator();
    link audit;
BEGIN
    IF me IS NULL AND NOT pg_has_role(session_user, current_user, 'USAGE') THEN
        IF session_user <> current_database() || '_door' OR p_action = 'anchor' THEN
            RAISE insufficient_privilege USING MESSAGE = 'neither an operator nor the owner';
        END IF;
        -- Nobody has signed in: whom it names is a claim, its time is the server's.
        p_detail := concat_ws(' ', p_detail, 'by the door');
        p_at := desk_moment();
    END IF;
    IF me IS NOT NULL THEN
        IF p_action = 'anchor' THEN
            RAISE insufficient_privilege USING MESSAGE = 'only the owner purges';
        END IF;
        IF p_operator <> me THEN
            p_detail := concat_ws(' ', p_detail, 'for ' || p_operator || '/' || p_window);
        END IF;
        SELECT hall INTO STRICT p_hall FROM operator WHERE number = me;
    END IF;
    link.hall := p_hall;
    SELECT seq + 1, digest INTO link.seq, link.previous
        FROM audit_head WHERE hall = p_hall FOR UPDATE;
    IF NOT FOUND THEN
        INSERT INTO audit_head (hall, seq, digest) VALUES (p_hall, 0, repeat('0', 64))
            ON CONFLICT DO NOTHING;
        SELECT seq + 1, digest INTO STRICT link.seq, link.previous
            FROM audit_head WHERE hall = p_hall FOR UPDATE;
    END IF;
    link.at := CASE WHEN me IS NULL THEN p_at ELSE desk_moment() END;
    link.action := p_action;
    link.outcome := p_outcome;
    link.operator_number := coalesce(me, p_operator);
    link."window" := p_window;
    link.subject_reference := desk_subject(p_subject);
    link.reason := p_reason;
    link.detail := p_detail;
    link.digest := desk_link(link);
    INSERT INTO audit SELECT link.*;
    RETURN link.seq;
END $$"""
"""Writes one record and gives its number in its hall. Number, hall and time of an operator's own session are
taken from the session and the server; somebody else whom it names is noted in the detail."""

_PURGE = """
CREATE FUNCTION desk_purge(
    p_hall text, p_at text, p_operator text, p_window text, p_reason text, p_detail text
) RETURNS bigint LANGUAGE plpgsql SECURITY DEFINER SEARCH_PATH AS $$
DECLARE
    anchor audit;
    place bigint;
BEGIN
    IF desk_operator() IS NOT NULL THEN
        RAISE insufficient_privilege USING MESSAGE = 'only the owner purges';
    END IF;
    place := desk_audit(
        p_hall, p_at, 'anchor', 'done', p_operator, p_window, NULL, p_reason, p_detail
    );
    SELECT * INTO STRICT anchor FROM audit WHERE hall = p_hall AND seq = place;
    DELETE FROM audit WHERE hall = p_hall AND seq <= desk_anchored(anchor);
    RETURN place;
END $$"""
"""Chains an anchor on and removes what it stands for: the owner's way, and the only one."""

_CHAIN = """
CREATE FUNCTION desk_audit_chain() RETURNS trigger LANGUAGE plpgsql SEARCH_PATH AS $$
BEGIN
    PERFORM 1 FROM audit_head
        WHERE hall = NEW.hall AND seq = NEW.seq - 1 AND digest = NEW.previous FOR UPDATE;
    IF NOT FOUND OR NEW.digest IS DISTINCT FROM desk_link(NEW) THEN
        RAISE EXCEPTION 'audit chain does not fit';
    END IF;
    IF NEW.action = 'anchor' AND NOT EXISTS (
        SELECT 1 FROM audit AS last, (SELECT min(seq) AS seq FROM audit WHERE hall = NEW.hall) AS first
        WHERE last.hall = NEW.hall AND last.seq = desk_anchored(NEW) AND NEW.detail =
            concat(first.seq, '-', last.seq, ' ', last.seq - first.seq + 1, ' ', last.digest)
            AND NOT EXISTS (
                SELECT 1 FROM audit AS young WHERE young.hall = NEW.hall AND young.seq <= last.seq
                    AND young.at >= to_char(
                        (clock_timestamp() - interval '1 year') AT TIME ZONE 'UTC',
                        'YYYY-MM-DD"T"HH24:MI:SS'
                    )
            )
    ) THEN
        RAISE EXCEPTION 'audit anchor does not fit';
    END IF;
    RETURN NEW;
END $$"""

_ANCHORED = r"""
CREATE FUNCTION desk_anchored(anchor audit) RETURNS bigint LANGUAGE sql STABLE SEARCH_PATH AS $$
    SELECT substring(anchor.detail FROM '^\d+-(\d+) ')::bigint
$$"""
"""The last number that an anchor's detail (`first-last count digest`) names."""

_HEAD_FOLLOWS = """
CREATE FUNCTION desk_audit_head_follows() RETURNS trigger LANGUAGE plpgsql SEARCH_PATH AS $$
BEGIN
    UPDATE audit_head SET seq = NEW.seq, digest = NEW.digest WHERE hall = NEW.hall;
    RETURN NULL;
END $$"""

_HEAD = """
CREATE FUNCTION desk_audit_head() RETURNS trigger LANGUAGE plpgsql SEARCH_PATH AS $$
BEGIN
    IF TG_OP = 'INSERT' THEN
        -- Where there is a head by now, another window was first: its key turns this row away.
        IF NEW.seq <> 0 OR NEW.digest <> repeat('0', 64) OR (
            EXISTS (SELECT 1 FROM audit WHERE hall = NEW.hall)
            AND NOT EXISTS (SELECT 1 FROM audit_head WHERE hall = NEW.hall)
        ) THEN RAISE EXCEPTION 'audit_head follows the audit'; END IF;
    ELSIF NEW.hall <> OLD.hall OR NOT EXISTS (
        SELECT 1 FROM audit WHERE hall = NEW.hall AND seq = NEW.seq AND digest = NEW.digest
            AND seq = OLD.seq + 1 AND previous = OLD.digest
    ) THEN RAISE EXCEPTION 'audit_head follows the audit'; END IF;
    RETURN NEW;
END $$"""

_NO_DELETE = """
CREATE FUNCTION desk_audit_no_delete() RETURNS trigger LANGUAGE plpgsql SEARCH_PATH AS $$
BEGIN
    IF NOT EXISTS (
        SELECT 1 FROM audit AS anchor WHERE anchor.hall = OLD.hall AND anchor.action = 'anchor'
            AND anchor.seq > OLD.seq AND OLD.seq <= desk_anchored(anchor)
    ) THEN RAISE EXCEPTION 'audit: append-only'; END IF;
    RETURN OLD;
END $$"""

_FUNCTIONS = (
    _OPERATOR,
    _MOMENT,
    _FIELD,
    _LINK,
    _SUBJECT,
    _REFERENCE,
    _AUDIT,
    _ANCHORED,
    _PURGE,
    _CHAIN,
    _HEAD_FOLLOWS,
    _HEAD,
    _NO_DELETE,
)

_NOT_FOR_PUBLIC = (
    "desk_subject(text)",
    "desk_reference(text)",
    "desk_audit(text, text, text, text, text, text, text, text, text)",
    "desk_purge(text, text, text, text, text, text)",
)

_TRIGGERS = (
    "audit_chain BEFORE INSERT ON audit FOR EACH ROW EXECUTE FUNCTION desk_audit_chain()",
    "audit_head_follows AFTER INSERT ON audit FOR EACH ROW EXECUTE FUNCTION desk_audit_head_follows()",
    "audit_head_no_insert BEFORE INSERT ON audit_head FOR EACH ROW EXECUTE FUNCTION desk_audit_head()",
    "audit_head_no_update BEFORE UPDATE ON audit_head FOR EACH ROW EXECUTE FUNCTION desk_audit_head()",
    "audit_no_delete BEFORE DELETE ON audit FOR EACH ROW EXECUTE FUNCTION desk_audit_no_delete()",
)
