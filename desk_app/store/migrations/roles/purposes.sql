-- Why an operator reads a citizen's data: a row that was committed before (domain/purpose.py).

-- What only the rules see: whose data it opens, and the transaction that wrote it. A savepoint has a transaction
-- number of its own, in xmin, so the outermost one is kept.
CREATE INDEX purpose_open ON purpose (operator_number, at) INCLUDE (subject, person);

CREATE FUNCTION desk_purpose() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER @path@ AS $$
DECLARE
    me text := desk_operator();
    lately integer;
BEGIN
    NEW.subject := coalesce(
        NEW.id_number, (SELECT id_number FROM card WHERE identification_code = NEW.identification_code)
    );
    NEW.person := (SELECT id FROM holder WHERE id_number = NEW.subject);
    NEW.xid := pg_current_xact_id()::text;
    IF desk_is_owner() THEN
        RETURN NEW;
    END IF;
    IF NEW.operator_number IS DISTINCT FROM me THEN
        PERFORM desk_forbid('a purpose of somebody else');
    END IF;
    IF NEW.kind = 'case' THEN
        IF NOT desk_may('decide') OR NOT EXISTS (
            SELECT 1 FROM application WHERE hall = desk_hall() AND id_number = NEW.subject
        ) THEN
            PERFORM desk_forbid('no case of this hall');
        END IF;
    ELSIF NOT desk_may('serve') THEN
        PERFORM desk_forbid('serves nobody');
    END IF;
    NEW.at := clock_timestamp();
    -- One after the other, so that many sessions at once do not each see room for one more.
    PERFORM 1 FROM operator WHERE number = me FOR NO KEY UPDATE;
    SELECT count(*) INTO lately FROM purpose
        WHERE operator_number = me AND at > NEW.at - interval '@quota_period@';
    IF lately >= @quota@ THEN
        RAISE LOG 'desk: operator % has reached the quota of purposes', me;
        RAISE EXCEPTION 'purpose_quota' USING ERRCODE = 'DQ001';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER purpose_stamp BEFORE INSERT ON purpose FOR EACH ROW EXECUTE FUNCTION desk_purpose();

-- The session's own purposes that are open: not too old, and committed before this transaction.
CREATE VIEW desk_open_purpose WITH (security_barrier) AS
    SELECT kind, subject, person, identification_code FROM purpose
    WHERE operator_number = (SELECT desk_operator())
        AND at > statement_timestamp() - interval '@good_for@'
        AND xid IS DISTINCT FROM pg_current_xact_id_if_assigned()::text;
