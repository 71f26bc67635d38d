-- Batches (domain/batch.py): a batch is the purpose of reading its people, and opens them chunk by chunk: those
-- whom the operator has claimed, in a transaction that was committed before.

GRANT SELECT ON batch, batch_item TO @supervisor@;
GRANT INSERT (id, scope, year, language, delivery, reason, employer_number, operator_number, hall, "window",
    planned_at, state) ON batch TO @supervisor@;
GRANT INSERT (runner, folder, manifest_sha256) ON batch TO @supervisor@;
GRANT UPDATE (state, runner, folder, manifest_sha256) ON batch TO @supervisor@;
GRANT INSERT (batch, number, id_number, state) ON batch_item TO @supervisor@;
GRANT UPDATE (state, serial, verification_code, copy_number, claimed_at, sha256, pages, size, deliver_to, fault)
    ON batch_item TO @supervisor@;
GRANT INSERT ON statement, document_file TO @supervisor@;
GRANT SELECT, INSERT, UPDATE (last) ON statement_counter TO @supervisor@;

CREATE FUNCTION desk_stamp_batch() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER @path@ AS $$
BEGIN
    IF desk_is_owner() THEN
        RETURN NEW;
    END IF;
    IF NOT desk_may('batch') THEN
        PERFORM desk_forbid('runs no batches');
    END IF;
    IF TG_OP = 'INSERT' THEN
        NEW.operator_number := desk_own(NEW.operator_number);
        NEW.hall := desk_hall();
        NEW.planned_at := clock_timestamp();
        -- One after the other, so that many sessions at once do not each see room for one more.
        PERFORM 1 FROM operator WHERE number = NEW.operator_number FOR NO KEY UPDATE;
        IF (
            SELECT count(*) FROM batch WHERE operator_number = NEW.operator_number
                AND planned_at > NEW.planned_at - interval '@batch_quota_period@'
        ) >= @batch_quota@ THEN
            RAISE LOG 'desk: operator % has reached the quota of batches', NEW.operator_number;
            RAISE EXCEPTION 'purpose_quota' USING ERRCODE = 'DQ001';
        END IF;
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER batch_stamp BEFORE INSERT OR UPDATE ON batch FOR EACH ROW EXECUTE FUNCTION desk_stamp_batch();

-- An item is settled once, and issued together with its record.
CREATE FUNCTION desk_settle_item() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER @path@ AS $$
BEGIN
    IF OLD.state IN ('issued', 'failed') THEN
        PERFORM desk_forbid('an item is settled once');
    END IF;
    IF NEW.state = 'issued' AND (OLD.state <> 'claimed' OR OLD.serial <> NEW.serial OR NOT EXISTS (
        SELECT 1 FROM statement
        WHERE serial = NEW.serial AND id_number = NEW.id_number AND sha256 = NEW.sha256
    )) THEN
        PERFORM desk_forbid('an item is issued with its record');
    END IF;
    IF NEW.state = 'claimed' THEN
        NEW.xid := pg_current_xact_id()::text;
        IF NOT desk_is_owner() AND NEW.claimed_at NOT BETWEEN clock_timestamp() - interval '5 min'
            AND clock_timestamp() + interval '5 min'
        THEN
            PERFORM desk_forbid('claimed at another time');
        END IF;
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER batch_item_settled BEFORE UPDATE ON batch_item FOR EACH ROW EXECUTE FUNCTION desk_settle_item();

-- The session's own claims that are open: not too old, and committed before this transaction.
CREATE VIEW desk_open_claim WITH (security_barrier) AS
    SELECT i.id_number, h.id AS person, i.serial
    FROM batch_item AS i JOIN batch AS b ON b.id = i.batch JOIN holder AS h ON h.id_number = i.id_number
    WHERE i.state = 'claimed' AND b.state = 'running'
        AND b.operator_number = (SELECT desk_operator()) AND (SELECT desk_may('batch'))
        AND i.claimed_at > statement_timestamp() - interval '@good_for@'
        AND i.xid IS DISTINCT FROM pg_current_xact_id_if_assigned()::text;
GRANT SELECT ON desk_open_claim TO @supervisor@;

ALTER TABLE batch ENABLE ROW LEVEL SECURITY;
ALTER TABLE batch_item ENABLE ROW LEVEL SECURITY;
-- A batch names no citizen: all supervisors of the hall see that it is there.
CREATE POLICY of_hall ON batch FOR SELECT TO @supervisor@ USING (hall = (SELECT desk_hall()));
CREATE POLICY own_adds ON batch FOR INSERT TO @supervisor@
    WITH CHECK (operator_number = (SELECT desk_operator()) AND state = 'planned');
CREATE POLICY own_changes ON batch FOR UPDATE TO @supervisor@ USING (operator_number = (SELECT desk_operator()));
CREATE POLICY own ON batch_item TO @supervisor@
    USING (EXISTS (SELECT 1 FROM batch AS b
        WHERE b.id = batch_item.batch AND b.operator_number = (SELECT desk_operator())))
    WITH CHECK (EXISTS (SELECT 1 FROM batch AS b
        WHERE b.id = batch_item.batch AND b.operator_number = (SELECT desk_operator())));

CREATE POLICY claim_reads ON holder FOR SELECT TO @supervisor@
    USING (id_number IN (SELECT id_number FROM desk_open_claim));
CREATE POLICY claim_reads ON card FOR SELECT TO @supervisor@
    USING (id_number IN (SELECT id_number FROM desk_open_claim));
CREATE POLICY claim_reads ON contribution FOR SELECT TO @supervisor@
    USING (person IN (SELECT person FROM desk_open_claim));
CREATE POLICY claim_reads ON pension_year FOR SELECT TO @supervisor@
    USING (person IN (SELECT person FROM desk_open_claim));
CREATE POLICY claim_reads ON statement FOR SELECT TO @supervisor@
    USING (id_number IN (SELECT id_number FROM desk_open_claim));
CREATE POLICY claim_adds ON statement FOR INSERT TO @supervisor@
    WITH CHECK (EXISTS (SELECT 1 FROM desk_open_claim AS c
        WHERE c.serial = statement.serial AND c.id_number = statement.id_number));

CREATE POLICY claim_adds ON document_file FOR INSERT TO @supervisor@
    WITH CHECK (EXISTS (SELECT 1 FROM desk_open_claim AS c JOIN statement AS s ON s.serial = c.serial
        WHERE s.sha256 = document_file.sha256));

CREATE TRIGGER batch_writes BEFORE INSERT OR UPDATE OR DELETE ON batch
    FOR EACH STATEMENT EXECUTE FUNCTION desk_writes();
CREATE TRIGGER batch_item_writes BEFORE INSERT OR UPDATE OR DELETE ON batch_item
    FOR EACH STATEMENT EXECUTE FUNCTION desk_writes();

-- How many were insured there in that year, and who: numbered by their ID numbers without anybody seeing them.
CREATE FUNCTION desk_plan_batch(planned uuid) RETURNS bigint LANGUAGE plpgsql SECURITY DEFINER @path@ AS $$
DECLARE
    ordered batch%ROWTYPE;
    added bigint;
BEGIN
    SELECT * INTO ordered FROM batch WHERE id = planned AND state = 'planned' AND scope <> 'list';
    IF NOT FOUND OR EXISTS (SELECT 1 FROM batch_item WHERE batch = planned)
        OR NOT (desk_is_owner() OR (desk_may('batch') AND ordered.operator_number = desk_operator()))
    THEN
        PERFORM desk_forbid('no batch to plan');
    END IF;
    INSERT INTO batch_item (batch, number, id_number, state)
        SELECT planned, row_number() OVER (ORDER BY id_number), id_number, 'planned'
        FROM holder
        WHERE id IN (
            SELECT person FROM contribution
            WHERE month BETWEEN ordered.year * 100 + 1 AND ordered.year * 100 + 12
                AND (ordered.employer_number IS NULL
                    OR employer IN (SELECT id FROM employer WHERE number = ordered.employer_number))
        );
    GET DIAGNOSTICS added = ROW_COUNT;
    RETURN added;
END $$;
GRANT EXECUTE ON FUNCTION desk_plan_batch(uuid) TO @supervisor@;

-- The last copy of a document of people of one's own batch, who need not be claimed yet: a number, nothing else.
CREATE FUNCTION desk_last_copies(
    of_batch uuid, people text[], of_kind text, about text, in_language text
) RETURNS TABLE (id_number text, copy integer) LANGUAGE plpgsql STABLE SECURITY DEFINER @path@ AS $$
BEGIN
    IF NOT EXISTS (
        SELECT 1 FROM batch AS b WHERE b.id = of_batch
            AND (desk_is_owner() OR (desk_may('batch') AND b.operator_number = desk_operator()))
    ) THEN
        PERFORM desk_forbid('no batch of one''s own');
    END IF;
    RETURN QUERY SELECT s.id_number, max(s.copy_number) FROM statement AS s
        WHERE s.id_number = ANY (people) AND s.kind = of_kind AND s.subject = about AND s.language = in_language
            AND EXISTS (SELECT 1 FROM batch_item AS i WHERE i.batch = of_batch AND i.id_number = s.id_number)
        GROUP BY s.id_number;
END $$;
GRANT EXECUTE ON FUNCTION desk_last_copies(uuid, text[], text, text, text) TO @supervisor@;
