-- Which rows. Policies of one table add up; without one there is no row. The owner is not held by them.

DO $$
DECLARE
    guarded text;
BEGIN
    FOREACH guarded IN ARRAY ARRAY[
        'application', 'card', 'consent', 'contribution', 'e_card', 'holder', 'operation', 'operator',
        'operator_role', 'outbox', 'pension_year', 'purpose', 'shift', 'statement', 'temporary_loss', 'visit',
        'visit_step'
    ] LOOP
        EXECUTE format('ALTER TABLE %I ENABLE ROW LEVEL SECURITY', guarded);
    END LOOP;
END $$;

-- Citizens: those for whom the operator has an open purpose. The list of purposes is made once for a statement,
-- however many rows it reads.
CREATE POLICY purpose_reads ON holder FOR SELECT TO @clerk@, @supervisor@
    USING (id_number IN (SELECT subject FROM desk_open_purpose));
CREATE POLICY purpose_reads ON card FOR SELECT TO @clerk@, @supervisor@
    USING (id_number IN (SELECT subject FROM desk_open_purpose)
        OR identification_code IN (SELECT identification_code FROM desk_open_purpose));
CREATE POLICY purpose_changes ON card FOR UPDATE TO @clerk@, @supervisor@
    USING (id_number IN (SELECT subject FROM desk_open_purpose));
CREATE POLICY replacement ON card FOR INSERT TO @supervisor@
    WITH CHECK (state = 'in_production' AND version = 1 AND mirrored_version = 0 AND replaces IS NOT NULL
        AND id_number IN (SELECT subject FROM desk_open_purpose));
CREATE POLICY purpose_reads ON e_card FOR SELECT TO @clerk@, @supervisor@
    USING (id_number IN (SELECT subject FROM desk_open_purpose));
CREATE POLICY purpose_adds ON e_card FOR INSERT TO @clerk@
    WITH CHECK (id_number IN (SELECT subject FROM desk_open_purpose));
CREATE POLICY purpose_changes ON e_card FOR UPDATE TO @clerk@
    USING (id_number IN (SELECT subject FROM desk_open_purpose));
CREATE POLICY purpose_reads ON consent FOR SELECT TO @clerk@, @supervisor@
    USING (id_number IN (SELECT subject FROM desk_open_purpose));
CREATE POLICY purpose_adds ON consent FOR INSERT TO @clerk@
    WITH CHECK (id_number IN (SELECT subject FROM desk_open_purpose));
CREATE POLICY purpose_reads ON contribution FOR SELECT TO @clerk@, @supervisor@
    USING (person IN (SELECT person FROM desk_open_purpose));
CREATE POLICY purpose_reads ON pension_year FOR SELECT TO @clerk@, @supervisor@
    USING (person IN (SELECT person FROM desk_open_purpose));
CREATE POLICY purpose_reads ON statement FOR SELECT TO @clerk@, @supervisor@
    USING (id_number IN (SELECT subject FROM desk_open_purpose));
CREATE POLICY purpose_adds ON statement FOR INSERT TO @clerk@
    WITH CHECK (id_number IN (SELECT subject FROM desk_open_purpose));
CREATE POLICY purpose_reads ON temporary_loss FOR SELECT TO @clerk@, @supervisor@
    USING (EXISTS (SELECT 1 FROM card AS c WHERE c.identification_code = temporary_loss.identification_code));
CREATE POLICY purpose_adds ON temporary_loss FOR INSERT TO @clerk@
    WITH CHECK (EXISTS (SELECT 1 FROM card AS c WHERE c.identification_code = temporary_loss.identification_code));
CREATE POLICY purpose_changes ON temporary_loss FOR UPDATE TO @clerk@, @supervisor@
    USING (EXISTS (SELECT 1 FROM card AS c WHERE c.identification_code = temporary_loss.identification_code));
CREATE POLICY purpose_reads ON outbox FOR SELECT TO @clerk@, @supervisor@
    USING (EXISTS (SELECT 1 FROM card AS c WHERE c.identification_code = outbox.identification_code));
CREATE POLICY purpose_adds ON outbox FOR INSERT TO @clerk@, @supervisor@
    WITH CHECK (EXISTS (SELECT 1 FROM card AS c WHERE c.identification_code = outbox.identification_code));

-- Applications: a clerk's own, and those of the citizen who is here; a supervisor's hall.
CREATE POLICY purpose_reads ON application FOR SELECT TO @clerk@
    USING (filed_by = (SELECT desk_operator()) OR id_number IN (SELECT subject FROM desk_open_purpose));
CREATE POLICY purpose_adds ON application FOR INSERT TO @clerk@
    WITH CHECK (id_number IN (SELECT subject FROM desk_open_purpose));
CREATE POLICY purpose_changes ON application FOR UPDATE TO @clerk@
    USING (id_number IN (SELECT subject FROM desk_open_purpose));
CREATE POLICY of_hall ON application FOR SELECT TO @supervisor@ USING (hall = (SELECT desk_hall()));
CREATE POLICY decides ON application FOR UPDATE TO @supervisor@ USING (hall = (SELECT desk_hall()));
-- The queue names those who wait in it.
CREATE POLICY of_queue ON holder FOR SELECT TO @supervisor@
    USING (id_number IN (SELECT a.id_number FROM application AS a
        WHERE a.hall = (SELECT desk_hall()) AND a.state IN ('filed', 'approved')));

-- What is the operator's own.
CREATE POLICY own ON purpose FOR SELECT TO @clerk@, @supervisor@ USING (operator_number = (SELECT desk_operator()));
CREATE POLICY own_adds ON purpose FOR INSERT TO @clerk@, @supervisor@
    WITH CHECK (operator_number = (SELECT desk_operator()));
CREATE POLICY own ON visit TO @clerk@
    USING (operator_number = (SELECT desk_operator())) WITH CHECK (operator_number = desk_operator());
CREATE POLICY own ON visit_step TO @clerk@
    USING (EXISTS (SELECT 1 FROM visit AS v WHERE v.id = visit_step.visit))
    WITH CHECK (EXISTS (SELECT 1 FROM visit AS v WHERE v.id = visit_step.visit));
CREATE POLICY own ON shift TO @clerk@, @supervisor@
    USING (operator_number = (SELECT desk_operator())) WITH CHECK (operator_number = desk_operator());
CREATE POLICY of_hall ON shift FOR SELECT TO @supervisor@ USING (hall = (SELECT desk_hall()));
CREATE POLICY everybody ON operation TO @operators@, @door@
    USING ((SELECT desk_operator()) IS NOT NULL OR (SELECT desk_is_door()))
    WITH CHECK ((SELECT desk_operator()) IS NOT NULL OR (SELECT desk_is_door()));

-- The door sees what is to be delivered, and the outcome of what it has delivered within a day; the cards of
-- those instructions, those whose protection has come to its end, and those whose last day has passed until
-- the platform knows it.
CREATE POLICY door_reads ON outbox FOR SELECT TO @door@
    USING (state = 'pending' OR created_at > statement_timestamp() - interval '1 day');
CREATE POLICY door_settles ON outbox FOR UPDATE TO @door@ USING (state = 'pending') WITH CHECK (true);
CREATE POLICY door_adds ON outbox FOR INSERT TO @door@
    WITH CHECK (EXISTS (SELECT 1 FROM card AS c WHERE c.identification_code = outbox.identification_code
        AND (kind = 'report_card' OR (kind = 'revoke_e_card' AND c.state <> 'normal'))));
CREATE POLICY door_reads ON temporary_loss FOR SELECT TO @door@ USING (until <= statement_timestamp());
CREATE POLICY door_ends ON temporary_loss FOR UPDATE TO @door@ USING (until <= statement_timestamp());
CREATE POLICY door_reads ON card FOR SELECT TO @door@
    USING (EXISTS (SELECT 1 FROM outbox AS o WHERE o.identification_code = card.identification_code)
        OR EXISTS (SELECT 1 FROM temporary_loss AS t WHERE t.identification_code = card.identification_code));
CREATE POLICY door_changes ON card FOR UPDATE TO @door@
    USING (EXISTS (SELECT 1 FROM outbox AS o WHERE o.identification_code = card.identification_code)
        OR EXISTS (SELECT 1 FROM temporary_loss AS t WHERE t.identification_code = card.identification_code));
CREATE POLICY door_expires ON card TO @door@
    USING (valid_until < desk_today() AND (state IN ('not_activated', 'normal', 'temporarily_lost', 'locked')
        OR (state = 'expired' AND version > mirrored_version)));
CREATE POLICY door_all ON e_card TO @door@
    USING (EXISTS (SELECT 1 FROM card AS c WHERE c.identification_code = e_card.identification_code
        OR c.replaces = e_card.identification_code))
    WITH CHECK (EXISTS (SELECT 1 FROM card AS c WHERE c.identification_code = e_card.identification_code));
CREATE POLICY door_outbids ON application TO @door@
    USING (state IN ('filed', 'approved')
        AND EXISTS (SELECT 1 FROM outbox AS o WHERE o.identification_code = application.identification_code));
-- What keeps a card from expiring, the door must see.
CREATE POLICY door_expires ON application FOR SELECT TO @door@
    USING (state = 'filed' AND desk_past(identification_code));
CREATE POLICY door_expires ON temporary_loss FOR SELECT TO @door@
    USING (ended_at IS NULL AND desk_past(identification_code));
