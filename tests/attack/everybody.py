"""What no operator may do, whatever their role."""

from __future__ import annotations

from tests.attack.attempts import DATABASE, Attempt, refused, unseen, utility
from tests.attack.city import HALL, STRANGER, code, person

ID, CODE = person(STRANGER), code(STRANGER)


def attempts(me: str, other: str) -> list[Attempt]:
    """Those of the operator `me`, `other` being somebody with other rights."""
    mine, theirs = f"{DATABASE}_{me}", f"{DATABASE}_{other}"
    return [
        *_becoming_somebody_else(mine, theirs, other),
        *_changing_the_rules(),
        *_leaving_the_database(),
        *_the_trail(),
        *_accounts(me, other),
        *_looking_sideways(theirs),
    ]


def _becoming_somebody_else(mine: str, theirs: str, other: str) -> list[Attempt]:
    root = "root"
    return [
        utility("set role owner", "SET ROLE hall_owner"),
        utility("set role superuser", "SET ROLE postgres", who=root),
        utility("set role other", f'SET ROLE "{theirs}"', who=root),
        utility("set local role", f'SET LOCAL ROLE "{theirs}"', who=root),
        utility("set_config role", f"SELECT set_config('role', '{theirs}', false)", who=root),
        utility("session authorization", f'SET SESSION AUTHORIZATION "{theirs}"', who=root),
        utility(
            "set_config authorization",
            f"SELECT set_config('session_authorization', '{theirs}', false)",
            who=root,
        ),
        utility("grant supervisor", f'GRANT {DATABASE}_supervisor TO "{mine}"'),
        utility("grant auditor", f'GRANT {DATABASE}_auditor TO "{mine}"'),
        utility("grant owner", f'GRANT hall_owner TO "{mine}"', who=root),
        utility("grant superuser's files", f'GRANT pg_read_server_files TO "{mine}"', who=root),
        utility("become superuser", f'ALTER ROLE "{mine}" SUPERUSER', who=root),
        utility("become createrole", f'ALTER ROLE "{mine}" CREATEROLE'),
        utility("bypass rls", f'ALTER ROLE "{mine}" BYPASSRLS', who=root),
        utility("other's password", f"ALTER ROLE \"{theirs}\" PASSWORD 'mine'"),
        utility("create role", "CREATE ROLE accomplice LOGIN"),
        utility("drop role", f'DROP OWNED BY "{theirs}"', f'DROP ROLE "{theirs}"', who=root),
        utility("rename role", f'ALTER ROLE "{theirs}" RENAME TO nobody'),
        utility("reassign owned", f'REASSIGN OWNED BY hall_owner TO "{mine}"', who=root),
    ]


def _changing_the_rules() -> list[Attempt]:
    return [
        utility("create table", "CREATE TABLE loot (id text)"),
        utility("create temp table", "CREATE TEMPORARY TABLE operator (number text, hall text)"),
        utility("create schema", "CREATE SCHEMA loot"),
        utility("create view", "CREATE VIEW loot AS SELECT * FROM pg_class"),
        utility("create materialised view", "CREATE MATERIALIZED VIEW loot AS SELECT 1"),
        utility("select into", "SELECT 1 AS one INTO loot"),
        utility("create sequence", "CREATE SEQUENCE loot"),
        utility("create type", "CREATE TYPE loot AS (id text)"),
        utility("create domain", "CREATE DOMAIN loot AS text"),
        utility(
            "create function",
            "CREATE FUNCTION leak(text) RETURNS boolean LANGUAGE plpgsql COST 0.0001 AS"
            " $$ BEGIN RAISE NOTICE '%', $1; RETURN true; END $$",
        ),
        utility(
            "create temp function",
            "CREATE FUNCTION pg_temp.leak(text) RETURNS boolean LANGUAGE sql AS 'SELECT true'",
        ),
        utility("create procedure", "CREATE PROCEDURE loot() LANGUAGE sql AS 'DELETE FROM audit'"),
        utility(
            "create operator",
            "CREATE OPERATOR public.=== (FUNCTION = texteq, LEFTARG = text, RIGHTARG = text)",
        ),
        utility("create aggregate", "CREATE AGGREGATE loot (int) (SFUNC = int4pl, STYPE = int)"),
        utility(
            "replace desk_operator",
            "CREATE OR REPLACE FUNCTION desk_operator() RETURNS text LANGUAGE sql STABLE AS"
            " $$ SELECT '2001' $$",
        ),
        utility("drop function", "DROP FUNCTION desk_forbid(text)"),
        utility("alter function", "ALTER FUNCTION desk_operator() SECURITY INVOKER"),
        utility("alter search path", "ALTER FUNCTION desk_operator() SET search_path = public"),
        utility("create trigger", _TRIGGER),
        utility("disable triggers", "ALTER TABLE card DISABLE TRIGGER card_version"),
        utility("drop trigger", "DROP TRIGGER application_stamp ON application"),
        utility("create rule", "CREATE RULE quiet AS ON UPDATE TO card DO INSTEAD NOTHING"),
        utility("disable rls", "ALTER TABLE holder DISABLE ROW LEVEL SECURITY"),
        utility("drop policy", "DROP POLICY purpose_reads ON holder"),
        utility("create policy", "CREATE POLICY mine ON holder USING (true)"),
        utility("alter policy", "ALTER POLICY purpose_reads ON holder USING (true)"),
        utility("drop check", "ALTER TABLE application DROP CONSTRAINT application_four_eyes"),
        utility("drop index", "DROP INDEX e_card_one_active_per_card"),
        utility("drop column", "ALTER TABLE purpose DROP COLUMN xid CASCADE"),
        utility("column default", "ALTER TABLE application ALTER hall SET DEFAULT 'x'"),
        utility("drop table", "DROP TABLE temporary_loss CASCADE"),
        utility("own table", "ALTER TABLE audit OWNER TO CURRENT_USER"),
        utility("grant to all", "GRANT ALL ON ALL TABLES IN SCHEMA public TO PUBLIC"),
        utility("comment", "COMMENT ON TABLE audit IS 'kept'"),
        utility("publication", "CREATE PUBLICATION loot FOR TABLE holder"),
        utility("event trigger", _EVENT_TRIGGER, who="root", twin=(_QUIET, _EVENT_TRIGGER)),
        utility("extension", "CREATE EXTENSION dblink", who="root"),
        utility("database setting", "ALTER DATABASE hall SET synchronous_commit = off"),
        utility("alter system", "SELECT pg_reload_conf()", who="root"),
        refused("permission added", "INSERT INTO permission VALUES ('auditor', 'decide')"),
        refused(
            "permission moved",
            "UPDATE permission SET role = 'clerk'",
            twin=("UPDATE permission SET role = 'clerk' WHERE permission = 'decide'",),
        ),
        refused("permission deleted", "DELETE FROM permission"),
        refused(
            "transition added",
            "INSERT INTO transition VALUES ('activate', 'lost', 'normal', 'serve', false)",
        ),
        refused("transition opened", "UPDATE transition SET four_eyes = false"),
        refused("revision", "UPDATE alembic_version SET version_num = '0001'"),
        utility("replication role", "SET session_replication_role = replica", who="root"),
        utility("truncate all", "TRUNCATE holder CASCADE", who="owner", twin=("TRUNCATE purpose",)),
    ]


_TRIGGER = (
    "CREATE TRIGGER mine BEFORE INSERT ON purpose FOR EACH ROW EXECUTE FUNCTION"
    " suppress_redundant_updates_trigger()"
)
_EVENT_TRIGGER = "CREATE EVENT TRIGGER mine ON ddl_command_start EXECUTE FUNCTION quiet()"
_QUIET = "CREATE FUNCTION quiet() RETURNS event_trigger LANGUAGE plpgsql AS $$ BEGIN END $$"


def _leaving_the_database() -> list[Attempt]:
    root = "root"
    return [
        utility("copy to program", "COPY (SELECT 1) TO PROGRAM 'cat > /dev/null'", who=root),
        utility("copy from program", "COPY purpose (reason) FROM PROGRAM 'true'", who=root),
        utility("copy to file", "COPY (SELECT 1) TO '/tmp/desk-loot'", who=root),
        utility("copy from file", "COPY purpose (reason) FROM '/dev/null'", who=root),
        refused("read file", "SELECT pg_read_file('postgresql.conf')", who=root),
        refused("read binary file", "SELECT pg_read_binary_file('PG_VERSION')", who=root),
        refused("list files", "SELECT pg_ls_dir('.')", who=root),
        refused("stat file", "SELECT pg_stat_file('PG_VERSION')", who=root),
        refused("large object in", "SELECT lo_import('/etc/passwd')", who=root),
        refused("log file", "SELECT pg_current_logfile(), pg_rotate_logfile()", who=root),
        refused(
            "catalogue role",
            "UPDATE pg_authid SET rolsuper = true",
            who=root,
            twin=("UPDATE pg_authid SET rolconnlimit = 5 WHERE rolname LIKE 'hall%'",),
        ),
        refused(
            "catalogue class",
            "UPDATE pg_class SET relrowsecurity = false",
            who=root,
            twin=("UPDATE pg_class SET relrowsecurity = false WHERE relname = 'holder'",),
        ),
        refused(
            "catalogue trigger",
            "DELETE FROM pg_trigger",
            who=root,
            twin=("DELETE FROM pg_trigger WHERE tgname = 'card_version'",),
        ),
        refused(
            "catalogue function",
            "UPDATE pg_proc SET proleakproof = true",
            who=root,
            twin=("UPDATE pg_proc SET proleakproof = true WHERE proname = 'desk_may'",),
        ),
        refused("verifiers", "SELECT rolpassword FROM pg_authid", who=root),
        refused("shadow", "SELECT passwd FROM pg_shadow", who=root),
    ]


def _the_trail() -> list[Attempt]:
    return [
        refused(
            "audit insert",
            _FORGED,
            twin=(
                f"SELECT desk_audit('{HALL}', 'at', 'identify', 'done', '1', '2', 'x', NULL, NULL)",
            ),
        ),
        refused(
            "audit update",
            "UPDATE audit SET operator_number = '1002'",
            twin=(*_NO_TRIGGERS, "UPDATE audit SET operator_number = '1002'"),
        ),
        refused(
            "audit delete",
            "DELETE FROM audit",
            twin=(*_NO_TRIGGERS, "DELETE FROM audit"),
        ),
        refused(
            "audit tail",
            "DELETE FROM audit WHERE seq = (SELECT max(seq) FROM audit)",
            twin=(*_NO_TRIGGERS, "DELETE FROM audit WHERE seq = (SELECT max(seq) FROM audit)"),
        ),
        utility(
            "audit truncate",
            "TRUNCATE audit",
            twin=(*_NO_TRIGGERS, "TRUNCATE audit"),
        ),
        refused(
            "head update",
            "UPDATE audit_head SET seq = seq - 1",
            twin=(*_NO_TRIGGERS, "UPDATE audit_head SET seq = seq - 1"),
        ),
        refused(
            "head delete",
            "DELETE FROM audit_head",
            twin=(*_NO_TRIGGERS, "DELETE FROM audit_head"),
        ),
        refused("head locked", "SELECT 1 FROM audit_head FOR UPDATE"),
        utility("audit locked", "LOCK TABLE audit IN EXCLUSIVE MODE"),
        utility("audit locked to readers", "LOCK TABLE audit"),
        utility(
            "audit in a block",
            "DO $$ BEGIN DELETE FROM audit; END $$",
            twin=(*_NO_TRIGGERS, "DO $$ BEGIN DELETE FROM audit; END $$"),
        ),
        refused(
            "audit through a cte",
            "WITH gone AS (DELETE FROM audit RETURNING 1) SELECT * FROM gone",
            twin=(*_NO_TRIGGERS, "WITH gone AS (DELETE FROM audit RETURNING 1) SELECT * FROM gone"),
        ),
        refused(
            "purge",
            f"SELECT desk_audit('{HALL}', 'at', 'anchor', 'done', '1', '2', 'x', '', '')",
            twin=("SELECT desk_audit('x', 'at', 'identify', 'done', '1', '2', 'x', '', '')",),
        ),
        refused(
            "purge by function",
            f"SELECT desk_purge('{HALL}', 'at', '1', '2', 'x', '1-1 1 x')",
            who="owner",
            twin=(_PURGE_ONE,),
        ),
        refused("pepper", "SELECT pepper FROM installation"),
        refused("subject of a number", f"SELECT desk_subject('{ID}')"),
        refused("chain function", "SELECT desk_link(NULL::audit)"),
        refused("purpose undated", "UPDATE purpose SET at = at - interval '1 day'"),
        refused("purpose deleted", "DELETE FROM purpose"),
        refused("purpose reassigned", "UPDATE purpose SET xid = '0', subject = id_number"),
    ]


_NO_TRIGGERS = (
    "ALTER TABLE audit DISABLE TRIGGER USER",
    "ALTER TABLE audit_head DISABLE TRIGGER USER",
)
"""Even the owner has to take the rules away first."""

_PURGE_ONE = (
    f"SELECT desk_purge('{HALL}', 'at', '1', '2', 'x', concat('1-1 1 ', digest)) FROM audit"
    f" WHERE hall = '{HALL}' AND seq = 1"
)

_FORGED = (
    'INSERT INTO audit (hall, seq, at, action, outcome, operator_number, "window", previous, digest)'
    f" VALUES ('{HALL}', 4, 'at', 'identify', 'done', '1002', '2', '0', '0')"
)


def _accounts(me: str, other: str) -> list[Attempt]:
    return [
        refused("password hashes", "SELECT password_hash FROM operator"),
        refused("operators", "SELECT number FROM operator"),
        refused("roles", "SELECT * FROM operator_role"),
        refused(
            "own role",
            f"INSERT INTO operator_role VALUES ('{me}', 'auditor')",
            twin=(
                f"INSERT INTO operator_role VALUES ('{other}', 'auditor')"
                " ON CONFLICT (number, role) DO UPDATE SET role = 'auditor'",
            ),
        ),
        refused("own hall", f"UPDATE operator SET hall = 'x' WHERE number = '{me}'"),
        refused("other disabled", f"UPDATE operator SET active = false WHERE number = '{other}'"),
        refused("operator deleted", "DELETE FROM operator_role"),
        refused("own roles by function", _put(me, "{clerk,supervisor}")),
        refused("follow account", f"SELECT desk_follow_account('{me}')"),
        refused(
            "hashes through a join",
            "SELECT o.password_hash FROM operator AS o, desk_accounts(o.number, NULL, false)",
        ),
    ]


def _put(number: str, roles: str) -> str:
    return (
        f"SELECT desk_put_operator('{number}', 'x', '{HALL}', '$login$', true, 0, NULL, NULL, NULL,"
        f" '{roles}')"
    )


def _looking_sideways(theirs: str) -> list[Attempt]:
    return [
        unseen(
            "statistics of holders",
            "SELECT * FROM pg_stats WHERE tablename = 'holder'",
            twin=("ANALYZE holder", "SELECT * FROM pg_stats WHERE tablename = 'holder'"),
        ),
        unseen(
            "statistics of numbers",
            "SELECT most_common_vals FROM pg_stats WHERE tablename = 'contribution'",
            twin=(
                "ANALYZE contribution",
                "SELECT most_common_vals FROM pg_stats WHERE tablename = 'contribution'",
            ),
        ),
        refused("raw statistics", "SELECT * FROM pg_statistic", who="root"),
        unseen(
            "others' queries",
            "SELECT query FROM pg_stat_activity"
            " WHERE usename = 'hall_owner' AND query LIKE '%pg_stat%'",
            who="root",
            twin=("SELECT query FROM pg_stat_activity WHERE query LIKE '%pg_stat%'",),
        ),
        refused("sequence back", "SELECT setval('outbox_seq_seq', 100000)"),
        utility("row security off", "SET row_security = off", "SELECT count(*) FROM holder"),
    ]
