-- The states of a card change along the table `transition` (domain/lifecycle.py) and for the reason that each
-- change has. Looked at when the transaction ends, so that a service may write in whichever order it likes.

-- Whether a card's last day has passed.
CREATE FUNCTION desk_past(code text) RETURNS boolean LANGUAGE sql STABLE SECURITY DEFINER @path@ AS $$
    SELECT EXISTS (SELECT 1 FROM card WHERE identification_code = code AND valid_until < desk_today())
$$;

CREATE FUNCTION desk_justified(wanted transition, code text) RETURNS boolean
LANGUAGE plpgsql STABLE SECURITY DEFINER @path@ AS $$
DECLARE
    me text := desk_operator();
    kinds CONSTANT jsonb := '{"approve_formal_loss": "formal_loss", "lift_protection": "formal_loss",
        "release": "release", "cancel": "cancellation"}';
BEGIN
    IF wanted.permission IS NOT NULL AND NOT desk_may(wanted.permission) THEN
        RETURN false;
    END IF;
    IF wanted.four_eyes THEN -- decided now, by this operator, as filed by another
        RETURN EXISTS (
            SELECT 1 FROM application
            WHERE identification_code = code AND kind = kinds ->> wanted.change
                AND decided_by = me AND filed_by <> me AND decided_at = transaction_timestamp()
                AND CASE WHEN wanted.change = 'lift_protection' THEN state = 'rejected' AND lift_protection
                    ELSE state = 'completed' END
        );
    END IF;
    RETURN CASE wanted.change
        WHEN 'lapse' THEN ( -- the running loss, or the last one, has come to its end
            SELECT until <= clock_timestamp() FROM temporary_loss
            WHERE identification_code = code ORDER BY started_at DESC LIMIT 1
        )
        WHEN 'expire' THEN desk_past(code) AND NOT EXISTS ( -- and nothing else is going on with it
            SELECT 1 FROM application WHERE identification_code = code AND state = 'filed'
        ) AND NOT EXISTS (
            SELECT 1 FROM temporary_loss WHERE identification_code = code AND ended_at IS NULL
        )
        WHEN 'hand_over' THEN EXISTS (
            SELECT 1 FROM application WHERE new_identification_code = code AND state = 'completed'
        )
        WHEN 'give_up' THEN EXISTS (
            SELECT 1 FROM application JOIN card ON card.identification_code = new_identification_code
            WHERE application.identification_code = code AND application.state = 'completed'
                AND card.state = 'normal'
        )
        ELSE true
    END;
END $$;

CREATE FUNCTION desk_card_changed() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER @path@ AS $$
BEGIN
    IF NOT desk_is_owner() AND NOT EXISTS (
        SELECT 1 FROM transition AS t
        WHERE source = OLD.state AND target = NEW.state
            AND coalesce(desk_justified(t, NEW.identification_code), false)
    ) THEN
        PERFORM desk_forbid(format('a card does not go from %s to %s for this', OLD.state, NEW.state));
    END IF;
    RETURN NULL;
END $$;
CREATE CONSTRAINT TRIGGER card_lifecycle AFTER UPDATE OF state ON card DEFERRABLE INITIALLY DEFERRED
    FOR EACH ROW WHEN (OLD.state IS DISTINCT FROM NEW.state) EXECUTE FUNCTION desk_card_changed();

-- A new card is the replacement that was approved just now.
CREATE FUNCTION desk_card_made() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER @path@ AS $$
BEGIN
    IF NOT desk_is_owner() AND NOT EXISTS (
        SELECT 1 FROM application JOIN card AS lost ON lost.identification_code = application.identification_code
        WHERE new_identification_code = NEW.identification_code AND kind = 'replacement'
            AND application.identification_code = NEW.replaces AND application.state = 'approved'
            AND decided_by = desk_operator() AND decided_at = transaction_timestamp()
            AND lost.id_number = NEW.id_number AND lost.name = NEW.name AND NEW.state = 'in_production'
    ) THEN
        PERFORM desk_forbid('a card that nobody has approved');
    END IF;
    RETURN NULL;
END $$;
CREATE CONSTRAINT TRIGGER card_made AFTER INSERT ON card DEFERRABLE INITIALLY DEFERRED
    FOR EACH ROW EXECUTE FUNCTION desk_card_made();

CREATE FUNCTION desk_card_version() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER @path@ AS $$
BEGIN
    IF NOT desk_is_owner() AND (
        NEW.version < OLD.version OR NEW.mirrored_version < OLD.mirrored_version
        OR (NEW.state <> OLD.state AND NEW.version <> OLD.version + 1)
        OR (NEW.version <> OLD.version AND NEW.state = OLD.state AND NOT desk_is_door())
    ) THEN
        PERFORM desk_forbid('versions grow with each change');
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER card_version BEFORE UPDATE ON card FOR EACH ROW EXECUTE FUNCTION desk_card_version();

-- While a card is protected, its temporary loss goes on.
CREATE FUNCTION desk_loss_ended() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER @path@ AS $$
BEGIN
    IF NOT desk_is_owner() AND EXISTS (
        SELECT 1 FROM card WHERE identification_code = NEW.identification_code AND state = 'temporarily_lost'
    ) THEN
        PERFORM desk_forbid('the card is still protected');
    END IF;
    RETURN NULL;
END $$;
CREATE CONSTRAINT TRIGGER temporary_loss_ended AFTER UPDATE OF ended_at ON temporary_loss
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW
    WHEN (OLD.ended_at IS NULL AND NEW.ended_at IS NOT NULL) EXECUTE FUNCTION desk_loss_ended();

-- An ended e-card does not come back, and versions grow.
CREATE FUNCTION desk_e_card_changed() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER @path@ AS $$
BEGIN
    IF NOT desk_is_owner() AND (
        NEW.version <= OLD.version OR NEW.id_number <> OLD.id_number
        OR (OLD.state = 'revoked' AND NEW.state <> 'revoked')
    ) THEN
        PERFORM desk_forbid('an e-card ends for good');
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER e_card_changed BEFORE UPDATE ON e_card FOR EACH ROW EXECUTE FUNCTION desk_e_card_changed();

-- An e-card belongs to the holder of its card.
CREATE FUNCTION desk_e_card_of_holder() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER @path@ AS $$
BEGIN
    IF NOT desk_is_owner() AND NOT EXISTS (
        SELECT 1 FROM card WHERE identification_code = NEW.identification_code AND id_number = NEW.id_number
    ) THEN
        PERFORM desk_forbid('an e-card of somebody else''s card');
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER e_card_of_holder BEFORE INSERT OR UPDATE OF identification_code, id_number ON e_card
    FOR EACH ROW EXECUTE FUNCTION desk_e_card_of_holder();
