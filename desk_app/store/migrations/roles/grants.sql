-- What each group may try; which rows, the policies say.

GRANT SELECT ON alembic_version TO @operators@, @door@;
GRANT SELECT ON permission, transition TO @operators@;
GRANT SELECT ON employer TO @clerk@, @supervisor@;
GRANT SELECT, INSERT, UPDATE ON operation TO @operators@, @door@;

GRANT SELECT ON holder, card, e_card, consent, contribution, pension_year, statement, temporary_loss, application,
    outbox TO @clerk@, @supervisor@;
GRANT UPDATE (state, version) ON card TO @clerk@, @supervisor@;
GRANT INSERT ON card TO @supervisor@;
GRANT INSERT, UPDATE ON e_card TO @clerk@, @door@;
GRANT INSERT ON consent, statement TO @clerk@;
GRANT SELECT, INSERT, UPDATE (last) ON statement_counter, application_counter TO @clerk@;
GRANT SELECT, INSERT, UPDATE (last) ON card_counter TO @supervisor@;
GRANT INSERT ON outbox TO @clerk@, @supervisor@, @door@;
GRANT USAGE ON SEQUENCE outbox_seq_seq TO @clerk@, @supervisor@, @door@;

GRANT SELECT, INSERT, UPDATE (closed_at) ON visit TO @clerk@;
GRANT SELECT, INSERT ON visit_step TO @clerk@;
GRANT SELECT, INSERT, UPDATE (closed_at, remark) ON shift TO @clerk@, @supervisor@;
GRANT INSERT ON temporary_loss TO @clerk@;
GRANT UPDATE (until, ended_at) ON temporary_loss TO @clerk@, @supervisor@;
GRANT INSERT ON application TO @clerk@;
GRANT UPDATE (state, version, told_at, changed_at, changed_window) ON application TO @clerk@;
GRANT UPDATE (state, version, assigned_to, approved, decided_by, decided_window, decided_at, decision_reason,
    lift_protection, new_identification_code, changed_at, changed_window) ON application TO @supervisor@;

GRANT INSERT (id, kind, operator_number, at, id_number, identification_code, reason),
    SELECT (id, kind, operator_number, at, id_number, identification_code, reason)
    ON purpose TO @clerk@, @supervisor@;
GRANT SELECT ON desk_open_purpose TO @clerk@, @supervisor@;

-- The door: instructions to the platform, and what the calendar brings.
GRANT SELECT ON outbox, card, e_card, temporary_loss, application TO @door@;
GRANT UPDATE (id, kind, method, path, body, attempts, state, outcome) ON outbox TO @door@;
GRANT UPDATE (state, version, mirrored_version) ON card TO @door@;
GRANT UPDATE (ended_at) ON temporary_loss TO @door@;
GRANT UPDATE (card_version) ON application TO @door@;

GRANT EXECUTE ON FUNCTION desk_is_owner(), desk_is_door(), desk_today(), desk_operator(), desk_hall(), desk_may(text),
    desk_login(text), desk_accounts(text, text, boolean),
    desk_put_operator(text, text, text, text, boolean, integer, timestamptz, timestamptz, text, text[])
    TO @operators@, @door@;
GRANT EXECUTE ON FUNCTION desk_set_login(text, text), desk_forget_operations() TO @operators@;
GRANT EXECUTE ON FUNCTION desk_disable_operator(text) TO @administrator@;

GRANT EXECUTE ON FUNCTION desk_day_tallies(text, text, text, text),
    desk_day_backlog(text, timestamptz, timestamptz, text) TO @clerk@, @supervisor@;

GRANT EXECUTE ON FUNCTION desk_past(text) TO @door@;

-- The trail: written by one function, read by auditors.
GRANT EXECUTE ON FUNCTION desk_audit(text, text, text, text, text, text, text, text, text) TO @operators@, @door@;
GRANT EXECUTE ON FUNCTION desk_reference(text) TO @auditor@;
GRANT SELECT ON audit, audit_head TO @auditor@;
