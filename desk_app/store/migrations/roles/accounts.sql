-- Operators and their logins. The functions run with the owner's rights, who has CREATEROLE.

-- The login of an operator, if there is one. Only what these functions have made is one, which their comment on
-- it says: an operator whose number is a word never stands for another role with the same name.
CREATE FUNCTION desk_login(p_number text) RETURNS name LANGUAGE sql STABLE SECURITY DEFINER @path@ AS $$
    SELECT rolname FROM pg_roles WHERE rolname = current_database() || '_' || p_number
        AND shobj_description(oid, 'pg_authid') = 'desk-app operator'
$$;

-- Accounts: one by number or by card, or all. Nobody but the owner reads a password's hash: in its place stands
-- the login that proves the password.
CREATE FUNCTION desk_accounts(p_number text, p_card text, p_hold boolean) RETURNS TABLE (
    number text, name text, hall text, password_hash text, active boolean, failures integer,
    locked_until timestamptz, password_set_at timestamptz, card text, roles text[]
) LANGUAGE plpgsql SECURITY DEFINER @path@ AS $$
BEGIN
    IF desk_operator() IS NULL AND NOT desk_is_door() AND NOT desk_is_owner() THEN
        PERFORM desk_forbid('not an active operator');
    END IF;
    IF p_number IS NULL AND p_card IS NULL AND desk_is_door() THEN
        PERFORM desk_forbid('nobody has signed in');
    END IF;
    IF p_hold AND (desk_is_owner() OR desk_may('operators')) THEN
        PERFORM 1 FROM operator AS o WHERE o.number = p_number OR o.card = p_card FOR NO KEY UPDATE;
    END IF;
    RETURN QUERY SELECT
        o.number, o.name, o.hall,
        CASE WHEN desk_is_owner() THEN o.password_hash ELSE concat('$login$', desk_login(o.number)) END,
        o.active, o.failures, o.locked_until, o.password_set_at, o.card,
        ARRAY(SELECT r.role FROM operator_role AS r WHERE r.number = o.number ORDER BY r.role)
    FROM operator AS o
    WHERE (p_number IS NULL OR o.number = p_number) AND (p_card IS NULL OR o.card = p_card)
    ORDER BY o.number;
END $$;

-- The login's groups and whether it may come in follow the account; a disabled one's sessions end.
CREATE FUNCTION desk_follow_account(p_number text) RETURNS void LANGUAGE plpgsql SECURITY DEFINER @path@ AS $$
DECLARE
    login name := desk_login(p_number);
    wanted boolean;
    granted text;
    group_role text;
BEGIN
    IF login IS NULL THEN
        RETURN;
    END IF;
    FOREACH granted IN ARRAY ARRAY['clerk', 'supervisor', 'administrator', 'auditor'] LOOP
        group_role := current_database() || '_' || granted;
        wanted := EXISTS (SELECT 1 FROM operator_role WHERE number = p_number AND role = granted);
        IF wanted AND NOT pg_has_role(login, group_role, 'MEMBER') THEN
            EXECUTE format('GRANT %I TO %I', group_role, login);
        ELSIF NOT wanted AND pg_has_role(login, group_role, 'MEMBER') THEN
            EXECUTE format('REVOKE %I FROM %I', group_role, login);
        END IF;
    END LOOP;
    IF EXISTS (SELECT 1 FROM operator WHERE number = p_number AND active) THEN
        EXECUTE format('ALTER ROLE %I LOGIN', login);
    ELSE
        EXECUTE format('ALTER ROLE %I NOLOGIN', login);
        BEGIN
            PERFORM pg_terminate_backend(pid) FROM pg_stat_activity
                WHERE usename = login AND pid <> pg_backend_pid();
        EXCEPTION WHEN insufficient_privilege THEN
            NULL; -- the owner is no member of pg_signal_backend; every rule still asks whether they are active
        END;
    END IF;
END $$;

-- Give an operator a login with this SCRAM verifier, which the client has computed: the password itself is in
-- no statement and in no log. Settings of a group are not inherited, so each login has its own.
CREATE FUNCTION desk_set_login(p_number text, p_verifier text) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER @path@ AS $$
DECLARE
    login text := current_database() || '_' || p_number;
    setting text;
BEGIN
    IF NOT (desk_is_owner() OR desk_may('operators') OR p_number IS NOT DISTINCT FROM desk_operator()) THEN
        PERFORM desk_forbid('another operator''s password');
    END IF;
    IF p_number !~ '^[0-9A-Za-z]+$' OR octet_length(login) > 63
        OR NOT EXISTS (SELECT 1 FROM operator WHERE number = p_number)
    THEN
        RAISE invalid_parameter_value USING MESSAGE = 'no operator with a number that a login can have';
    END IF;
    IF p_verifier !~ '^SCRAM-SHA-256\$[0-9]{4,}:[A-Za-z0-9+/=]{20,}\$[A-Za-z0-9+/=]{44}:[A-Za-z0-9+/=]{44}$' THEN
        RAISE invalid_parameter_value USING MESSAGE = 'not a SCRAM verifier';
    END IF;
    IF NOT EXISTS (SELECT 1 FROM pg_roles WHERE rolname = current_database() || '_clerk') THEN
        RETURN; -- a copy of a database under another name, which only its owner works with
    END IF;
    IF desk_login(p_number) IS NULL THEN
        EXECUTE format('CREATE ROLE %I LOGIN CONNECTION LIMIT 12 PASSWORD %L', login, p_verifier);
        EXECUTE format('COMMENT ON ROLE %I IS %L', login, 'desk-app operator');
        FOREACH setting IN ARRAY ARRAY[
            'synchronous_commit = on', 'statement_timeout = ''60s''', 'lock_timeout = ''10s''',
            'idle_in_transaction_session_timeout = ''120s''', 'row_security = on'
        ] LOOP
            EXECUTE format('ALTER ROLE %I IN DATABASE %I SET %s', login, current_database(), setting);
        END LOOP;
    ELSE
        EXECUTE format('ALTER ROLE %I PASSWORD %L', login, p_verifier);
    END IF;
    PERFORM desk_follow_account(p_number);
END $$;

-- Insert or replace an account with exactly these roles. The owner may all; an administrator everything but their
-- own roles; operators their own password; they and the door how often a sign-in has failed.
CREATE FUNCTION desk_put_operator(
    p_number text, p_name text, p_hall text, p_password_hash text, p_active boolean, p_failures integer,
    p_locked_until timestamptz, p_password_set_at timestamptz, p_card text, p_roles text[]
) RETURNS void LANGUAGE plpgsql SECURITY DEFINER @path@ AS $$
DECLARE
    me text := desk_operator();
    before operator;
    roles_before text[] := ARRAY(SELECT role FROM operator_role WHERE number = p_number ORDER BY role);
    roles_after text[] := ARRAY(SELECT DISTINCT unnest(p_roles) AS role ORDER BY role);
    hash text := p_password_hash;
BEGIN
    IF NOT desk_is_owner() AND current_setting('transaction_isolation') <> 'read committed' THEN
        PERFORM desk_forbid('operators write at READ COMMITTED');
    END IF;
    SELECT * INTO before FROM operator WHERE number = p_number FOR NO KEY UPDATE;
    IF starts_with(hash, '$login$') THEN
        hash := coalesce(before.password_hash, '');
    END IF;
    IF NOT desk_is_owner() THEN
        IF desk_may('operators') THEN
            IF p_number = me AND roles_after <> roles_before THEN
                PERFORM desk_forbid('nobody changes their own roles');
            END IF;
        ELSIF (me IS NULL AND NOT desk_is_door()) OR before.number IS NULL
            OR (p_name, p_hall, p_active, roles_after)
                IS DISTINCT FROM (before.name, before.hall, before.active, roles_before)
            OR (p_card IS DISTINCT FROM before.card)
            OR p_locked_until > clock_timestamp() + interval '1 hour'
            OR (p_number IS DISTINCT FROM me
                AND (hash, p_password_set_at) IS DISTINCT FROM (before.password_hash, before.password_set_at))
        THEN
            PERFORM desk_forbid('accounts are the administrator''s');
        END IF;
    END IF;
    INSERT INTO operator AS o (
        number, name, hall, password_hash, active, failures, locked_until, password_set_at, card
    ) VALUES (
        p_number, p_name, p_hall, hash, p_active, p_failures, p_locked_until, p_password_set_at, p_card
    ) ON CONFLICT (number) DO UPDATE SET
        name = excluded.name, hall = excluded.hall, password_hash = excluded.password_hash,
        active = excluded.active, failures = excluded.failures, locked_until = excluded.locked_until,
        password_set_at = excluded.password_set_at, card = excluded.card;
    IF roles_after <> roles_before OR before.number IS NULL THEN
        DELETE FROM operator_role WHERE number = p_number;
        INSERT INTO operator_role (number, role) SELECT p_number, unnest(roles_after);
    END IF;
    IF before.number IS NULL OR roles_after <> roles_before OR p_active <> before.active THEN
        PERFORM desk_follow_account(p_number);
    END IF;
END $$;

CREATE FUNCTION desk_disable_operator(p_number text) RETURNS void LANGUAGE plpgsql SECURITY DEFINER @path@ AS $$
BEGIN
    IF NOT (desk_is_owner() OR desk_may('operators')) THEN
        PERFORM desk_forbid('accounts are the administrator''s');
    END IF;
    UPDATE operator SET active = false WHERE number = p_number;
    IF NOT FOUND THEN
        RAISE invalid_parameter_value USING MESSAGE = 'no such operator';
    END IF;
    PERFORM desk_follow_account(p_number);
END $$;
