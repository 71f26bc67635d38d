-- Who is there. Everything asks for session_user, which neither SET ROLE nor SECURITY DEFINER changes.

-- The role that owns the tables, or a superuser: migrations, seeding, imports.
CREATE FUNCTION desk_is_owner() RETURNS boolean LANGUAGE sql STABLE SECURITY DEFINER @path@ AS $$
    SELECT pg_has_role(session_user, current_user, 'USAGE')
$$;

CREATE FUNCTION desk_is_door() RETURNS boolean LANGUAGE sql STABLE SECURITY DEFINER @path@ AS $$
    SELECT session_user = current_database() || '_door'
$$;

-- The number of the active operator whose login `<database>_<number>` the session is; NULL for everybody else.
CREATE OR REPLACE FUNCTION desk_operator() RETURNS text LANGUAGE sql STABLE SECURITY DEFINER @path@ AS $$
    SELECT number FROM operator
    WHERE active
        AND starts_with(session_user, current_database() || '_')
        AND number = substr(session_user, length(current_database()) + 2)
$$;

CREATE FUNCTION desk_hall() RETURNS text LANGUAGE sql STABLE SECURITY DEFINER @path@ AS $$
    SELECT hall FROM operator WHERE number = desk_operator()
$$;

-- Whether one of the operator's roles has a permission (domain/permissions.py).
CREATE FUNCTION desk_may(wanted text) RETURNS boolean LANGUAGE sql STABLE SECURITY DEFINER @path@ AS $$
    SELECT EXISTS (
        SELECT 1 FROM operator_role JOIN permission USING (role)
        WHERE number = desk_operator() AND permission = wanted
    )
$$;

-- The day in the city's halls, whatever time zone a session says it is in.
CREATE FUNCTION desk_today() RETURNS date LANGUAGE sql STABLE SECURITY DEFINER @path@ AS $$
    SELECT (statement_timestamp() AT TIME ZONE 'Asia/Shanghai')::date
$$;

CREATE FUNCTION desk_forbid(why text) RETURNS void LANGUAGE plpgsql @path@ AS $$
BEGIN
    RAISE insufficient_privilege USING MESSAGE = why;
END $$;

-- Before every statement that writes. A transaction with an old snapshot would see the operator as they were
-- before they were disabled, and the quota as it was before it was used up.
CREATE FUNCTION desk_writes() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER @path@ AS $$
BEGIN
    IF desk_is_owner() THEN
        RETURN NULL;
    END IF;
    IF current_setting('transaction_isolation') <> 'read committed' THEN
        PERFORM desk_forbid('operators write at READ COMMITTED');
    END IF;
    IF desk_operator() IS NULL AND NOT desk_is_door() THEN
        PERFORM desk_forbid('not an active operator');
    END IF;
    RETURN NULL;
END $$;

-- Outcomes are asked for within seconds; a week is plenty.
CREATE FUNCTION desk_forget_operations() RETURNS void LANGUAGE sql SECURITY DEFINER @path@ AS $$
    DELETE FROM operation WHERE at < clock_timestamp() - interval '7 days'
$$;

DO $$
DECLARE
    written text;
BEGIN
    FOREACH written IN ARRAY ARRAY[
        'application', 'application_counter', 'card', 'consent', 'e_card', 'operation', 'outbox', 'purpose',
        'shift', 'statement', 'statement_counter', 'temporary_loss', 'visit', 'visit_step'
    ] LOOP
        EXECUTE format(
            'CREATE TRIGGER %I BEFORE INSERT OR UPDATE OR DELETE ON %I'
            ' FOR EACH STATEMENT EXECUTE FUNCTION desk_writes()', written || '_writes', written
        );
    END LOOP;
END $$;
