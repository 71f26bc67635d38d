-- Issued files and verification codes.

-- Only what was issued is kept, and a file is what its digest says.
CREATE FUNCTION desk_stamp_file() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER @path@ AS $$
BEGIN
    IF NEW.pdf IS NULL OR NEW.removed_at IS NOT NULL OR encode(sha256(NEW.pdf), 'hex') <> NEW.sha256 THEN
        PERFORM desk_forbid('a file that is not what its digest says');
    END IF;
    NEW.size := octet_length(NEW.pdf);
    IF NOT desk_is_owner() THEN
        NEW.kept_at := clock_timestamp();
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER document_file_stamp BEFORE INSERT ON document_file FOR EACH ROW EXECUTE FUNCTION desk_stamp_file();

-- A file is let go of, never changed; whoever that is, not within a year.
CREATE FUNCTION desk_remove_file() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER @path@ AS $$
BEGIN
    IF NEW.pdf IS NOT NULL OR NEW.removed_at IS NULL OR OLD.removed_at IS NOT NULL
        OR (NEW.sha256, NEW.size, NEW.kept_at) IS DISTINCT FROM (OLD.sha256, OLD.size, OLD.kept_at)
        OR EXISTS (SELECT 1 FROM statement AS s WHERE s.sha256 = OLD.sha256
            AND s.issued_at >= clock_timestamp() - interval '1 year')
    THEN
        RAISE EXCEPTION 'document_file: append-only';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER document_file_no_update BEFORE UPDATE ON document_file
    FOR EACH ROW EXECUTE FUNCTION desk_remove_file();
CREATE TRIGGER document_file_no_delete BEFORE DELETE ON document_file
    FOR EACH STATEMENT EXECUTE FUNCTION desk_refuse('append-only');
CREATE TRIGGER document_file_no_truncate BEFORE TRUNCATE ON document_file
    FOR EACH STATEMENT EXECUTE FUNCTION desk_refuse('append-only');

-- The files of the next issues by serial, compared here: an auditor learns which are altered, and reads none.
CREATE FUNCTION desk_check_files(p_after text, p_size integer) RETURNS TABLE (serial text, state text)
LANGUAGE plpgsql STABLE SECURITY DEFINER @path@ AS $$
BEGIN
    IF NOT (desk_is_owner() OR desk_may('read_audit')) THEN
        PERFORM desk_forbid('files are checked by auditors');
    END IF;
    RETURN QUERY SELECT s.serial, CASE
            WHEN f.removed_at IS NOT NULL THEN 'removed'
            WHEN f.pdf IS NULL THEN 'missing'
            WHEN encode(sha256(f.pdf), 'hex') = s.sha256 THEN 'sound'
            ELSE 'altered'
        END
        FROM statement AS s LEFT JOIN document_file AS f ON f.sha256 = s.sha256
        WHERE s.serial > p_after ORDER BY s.serial LIMIT p_size;
END $$;

-- Every try of a code is counted before it is answered: one after the other over all of an operator's sessions.
CREATE FUNCTION desk_stamp_code() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER @path@ AS $$
DECLARE
    lately integer;
BEGIN
    NEW.xid := pg_current_xact_id()::text;
    NEW.answered := false;
    IF NOT desk_is_owner() THEN
        NEW.operator_number := desk_own(NEW.operator_number);
        NEW.at := clock_timestamp();
    END IF;
    PERFORM 1 FROM operator WHERE number = NEW.operator_number FOR NO KEY UPDATE;
    SELECT count(*) INTO lately FROM code_try
        WHERE operator_number = NEW.operator_number AND NOT answered AND at > NEW.at - interval '@code_period@';
    IF lately >= @codes@ THEN
        RAISE LOG 'desk: operator % has tried too many verification codes', NEW.operator_number;
        RAISE EXCEPTION 'code_try_quota' USING ERRCODE = 'DQ002';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER code_try_stamp BEFORE INSERT ON code_try FOR EACH ROW EXECUTE FUNCTION desk_stamp_code();

-- What a code leads to. The try must have been committed before: whoever rolls back has been counted.
CREATE FUNCTION desk_code(p_code text) RETURNS TABLE (
    serial text, issued_at timestamptz, hall text, valid_until date, pdf bytea
) LANGUAGE plpgsql SECURITY DEFINER @path@ AS $$
DECLARE
    wanted text := encode(sha256(convert_to(p_code, 'UTF8')), 'hex');
BEGIN
    IF NOT (desk_is_owner() OR desk_may('verify')) THEN
        PERFORM desk_forbid('verifies nothing');
    END IF;
    IF NOT EXISTS (
        SELECT 1 FROM code_try AS t WHERE t.digest = wanted
            AND (desk_is_owner() OR (t.operator_number = desk_operator()
                AND t.at > clock_timestamp() - interval '5 min'))
            AND t.xid IS DISTINCT FROM pg_current_xact_id_if_assigned()::text
    ) OR NOT EXISTS (SELECT 1 FROM statement AS s WHERE s.verification_code = p_code) THEN
        RETURN;
    END IF;
    UPDATE code_try AS t SET answered = true WHERE t.digest = wanted AND NOT t.answered
        AND (t.operator_number = desk_operator() OR desk_is_owner());
    RETURN QUERY SELECT s.serial, s.issued_at, s.hall, s.valid_until,
            CASE WHEN s.valid_until >= current_date THEN f.pdf END
        FROM statement AS s LEFT JOIN document_file AS f ON f.sha256 = s.sha256
        WHERE s.verification_code = p_code;
END $$;

CREATE TRIGGER document_file_writes BEFORE INSERT OR UPDATE OR DELETE ON document_file
    FOR EACH STATEMENT EXECUTE FUNCTION desk_writes();
CREATE TRIGGER code_try_writes BEFORE INSERT OR UPDATE OR DELETE ON code_try
    FOR EACH STATEMENT EXECUTE FUNCTION desk_writes();

-- Whose issue an operator may read, that issue's file as well; nobody but the functions above reads a try.
ALTER TABLE document_file ENABLE ROW LEVEL SECURITY;
ALTER TABLE code_try ENABLE ROW LEVEL SECURITY;
REVOKE ALL ON document_file, code_try FROM PUBLIC;
REVOKE ALL ON FUNCTION desk_stamp_file(), desk_remove_file(), desk_check_files(text, integer), desk_stamp_code(),
    desk_code(text) FROM PUBLIC;
GRANT SELECT, INSERT ON document_file TO @clerk@;
GRANT INSERT (id, operator_number, at, digest, answered) ON code_try TO @clerk@, @supervisor@, @auditor@;
GRANT EXECUTE ON FUNCTION desk_check_files(text, integer) TO @auditor@;
GRANT EXECUTE ON FUNCTION desk_code(text) TO @clerk@, @supervisor@, @auditor@;
CREATE POLICY purpose_reads ON document_file FOR SELECT TO @clerk@
    USING (EXISTS (SELECT 1 FROM statement AS s WHERE s.sha256 = document_file.sha256));
CREATE POLICY purpose_adds ON document_file FOR INSERT TO @clerk@
    WITH CHECK (EXISTS (SELECT 1 FROM statement AS s WHERE s.sha256 = document_file.sha256));
CREATE POLICY own_adds ON code_try FOR INSERT TO @clerk@, @supervisor@, @auditor@
    WITH CHECK (operator_number = (SELECT desk_operator()));
