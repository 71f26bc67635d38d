-- Columns that no client sets: who and in which hall by session_user, when by the server's clock. A claim to be
-- somebody else is refused, not corrected, so that it comes to light.

CREATE FUNCTION desk_own(claimed text) RETURNS text LANGUAGE plpgsql SECURITY DEFINER @path@ AS $$
DECLARE
    me text := desk_operator();
BEGIN
    IF me IS NULL OR claimed IS DISTINCT FROM me THEN
        PERFORM desk_forbid('in the name of somebody else');
    END IF;
    RETURN me;
END $$;

CREATE FUNCTION desk_stamp_statement() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER @path@ AS $$
BEGIN
    IF desk_is_owner() THEN
        RETURN NEW;
    END IF;
    NEW.operator_number := desk_own(NEW.operator_number);
    NEW.hall := desk_hall();
    -- Paper says when it was drawn: a little before it is issued.
    IF NEW.issued_at NOT BETWEEN clock_timestamp() - interval '@good_for@' AND clock_timestamp() + interval '5 min'
    THEN
        PERFORM desk_forbid('a statement of another time');
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER statement_stamp BEFORE INSERT ON statement FOR EACH ROW EXECUTE FUNCTION desk_stamp_statement();

CREATE FUNCTION desk_stamp_visit() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER @path@ AS $$
BEGIN
    IF desk_is_owner() THEN
        RETURN NEW;
    END IF;
    IF TG_OP = 'INSERT' THEN
        NEW.operator_number := desk_own(NEW.operator_number);
        NEW.opened_at := clock_timestamp();
    ELSIF OLD.closed_at IS NULL THEN
        NEW.closed_at := clock_timestamp();
    ELSE
        NEW.closed_at := OLD.closed_at;
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER visit_stamp BEFORE INSERT OR UPDATE ON visit FOR EACH ROW EXECUTE FUNCTION desk_stamp_visit();

CREATE FUNCTION desk_stamp_shift() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER @path@ AS $$
BEGIN
    IF desk_is_owner() THEN
        RETURN NEW;
    END IF;
    IF TG_OP = 'INSERT' THEN
        NEW.operator_number := desk_own(NEW.operator_number);
        NEW.hall := desk_hall();
        NEW.opened_at := clock_timestamp();
        NEW.closed_at := NULL;
    ELSIF OLD.closed_at IS NOT NULL THEN
        PERFORM desk_forbid('a closed shift');
    ELSIF NEW.closed_at IS NOT NULL THEN
        NEW.closed_at := clock_timestamp();
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER shift_stamp BEFORE INSERT OR UPDATE ON shift FOR EACH ROW EXECUTE FUNCTION desk_stamp_shift();

CREATE FUNCTION desk_stamp_consent() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER @path@ AS $$
BEGIN
    IF NOT desk_is_owner() AND NEW.given_at NOT BETWEEN clock_timestamp() - interval '@good_for@'
        AND clock_timestamp() + interval '5 min'
    THEN
        PERFORM desk_forbid('a consent of another time');
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER consent_stamp BEFORE INSERT ON consent FOR EACH ROW EXECUTE FUNCTION desk_stamp_consent();

CREATE FUNCTION desk_stamp_outbox() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER @path@ AS $$
BEGIN
    IF desk_is_owner() OR (desk_is_door() AND TG_OP = 'UPDATE') THEN
        RETURN NEW;
    END IF;
    IF NOT desk_is_door() THEN
        PERFORM desk_own(split_part(NEW.asked_by, '/', 1));
    END IF;
    IF NEW.state <> 'pending' OR NEW.attempts <> 0 THEN
        PERFORM desk_forbid('an instruction begins as pending');
    END IF;
    NEW.created_at := clock_timestamp();
    RETURN NEW;
END $$;
CREATE TRIGGER outbox_stamp BEFORE INSERT OR UPDATE ON outbox FOR EACH ROW EXECUTE FUNCTION desk_stamp_outbox();

-- Running numbers only run on: nobody leaves a gap, and nobody goes back.
CREATE FUNCTION desk_count_on() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER @path@ AS $$
BEGIN
    IF NOT desk_is_owner() AND NEW.last <> (CASE TG_OP WHEN 'INSERT' THEN 1 ELSE OLD.last + 1 END) THEN
        PERFORM desk_forbid('a running number runs on by one');
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER statement_counter_runs BEFORE INSERT OR UPDATE ON statement_counter
    FOR EACH ROW EXECUTE FUNCTION desk_count_on();
CREATE TRIGGER application_counter_runs BEFORE INSERT OR UPDATE ON application_counter
    FOR EACH ROW EXECUTE FUNCTION desk_count_on();

CREATE TRIGGER card_counter_runs BEFORE UPDATE ON card_counter FOR EACH ROW EXECUTE FUNCTION desk_count_on();

CREATE FUNCTION desk_stamp_loss() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER @path@ AS $$
BEGIN
    IF desk_is_owner() THEN
        RETURN NEW;
    END IF;
    IF TG_OP = 'INSERT' THEN
        NEW.reported_by := desk_own(NEW.reported_by);
        NEW.started_at := clock_timestamp();
        NEW.ended_at := NULL;
        IF NEW.until < NEW.started_at + interval '1 day' THEN
            PERFORM desk_forbid('a temporary loss that ends at once');
        END IF;
        RETURN NEW;
    END IF;
    IF OLD.ended_at IS NOT NULL THEN
        PERFORM desk_forbid('a loss that has ended');
    END IF;
    -- A clerk may take the end away (a formal loss is filed); who decides may set another.
    IF NEW.until IS DISTINCT FROM OLD.until AND NEW.until IS NOT NULL AND NOT desk_may('decide') THEN
        PERFORM desk_forbid('the end of a temporary loss');
    END IF;
    IF NEW.ended_at IS NOT NULL THEN
        NEW.ended_at := clock_timestamp();
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER temporary_loss_stamp BEFORE INSERT OR UPDATE ON temporary_loss
    FOR EACH ROW EXECUTE FUNCTION desk_stamp_loss();

-- An application is filed by whoever is signed in, decided once, by somebody else, of the same hall.
CREATE FUNCTION desk_stamp_application() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER @path@ AS $$
BEGIN
    IF desk_is_owner() THEN
        RETURN NEW;
    END IF;
    IF TG_OP = 'INSERT' THEN
        NEW.filed_by := desk_own(NEW.filed_by);
        NEW.filed_at := clock_timestamp();
        NEW.changed_at := NEW.filed_at;
        NEW.changed_window := NEW."window";
        NEW.hall := desk_hall();
        IF NEW.state <> 'filed' OR NEW.version <> 1 OR NEW.assigned_to IS NOT NULL OR NEW.told_at IS NOT NULL
            OR NEW.new_identification_code IS NOT NULL
        THEN
            PERFORM desk_forbid('an application begins as filed');
        END IF;
        RETURN NEW;
    END IF;
    NEW.changed_at := clock_timestamp();
    IF NEW.version NOT BETWEEN OLD.version AND OLD.version + 1
        OR (NEW.version = OLD.version AND NEW.state <> OLD.state)
    THEN
        PERFORM desk_forbid('versions grow by one');
    END IF;
    IF NEW.assigned_to IS DISTINCT FROM OLD.assigned_to AND NOT (
        desk_may('decide') AND OLD.state = 'filed' AND (NEW.assigned_to IS NULL OR EXISTS (
            SELECT 1 FROM operator JOIN operator_role USING (number) JOIN permission USING (role)
            WHERE number = NEW.assigned_to AND active AND hall = OLD.hall AND permission = 'decide'
        ))
    ) THEN
        PERFORM desk_forbid('assigned by and to those who decide');
    END IF;
    IF OLD.decided_by IS NULL THEN
        IF NEW.decided_by IS NOT NULL THEN
            NEW.decided_by := desk_own(NEW.decided_by);
            NEW.decided_at := transaction_timestamp();
            IF NOT desk_may('decide') OR NEW.decided_by = OLD.filed_by OR NEW.state = 'filed' THEN
                PERFORM desk_forbid('decided by a supervisor who has not filed it');
            END IF;
            IF NEW.state = (CASE WHEN OLD.kind = 'replacement' THEN 'completed' ELSE 'approved' END) THEN
                PERFORM desk_forbid('a replacement is approved, everything else completed');
            END IF;
        END IF;
    ELSE
        IF (NEW.decided_by, NEW.decided_at, NEW.decided_window, NEW.approved, NEW.decision_reason,
                NEW.lift_protection, NEW.new_identification_code)
            IS DISTINCT FROM (OLD.decided_by, OLD.decided_at, OLD.decided_window, OLD.approved,
                OLD.decision_reason, OLD.lift_protection, OLD.new_identification_code)
        THEN
            PERFORM desk_forbid('a decision stands');
        END IF;
        IF NEW.state <> OLD.state AND NOT (
            OLD.state = 'approved' AND NEW.state = 'completed' AND desk_may('file')
        ) THEN
            PERFORM desk_forbid('a decision stands');
        END IF;
    END IF;
    IF NEW.told_at IS DISTINCT FROM OLD.told_at THEN
        IF OLD.told_at IS NOT NULL OR OLD.decided_by IS NULL OR NOT desk_may('file') THEN
            PERFORM desk_forbid('told once, after the decision');
        END IF;
        NEW.told_at := NEW.changed_at;
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER application_stamp BEFORE INSERT OR UPDATE ON application
    FOR EACH ROW EXECUTE FUNCTION desk_stamp_application();
