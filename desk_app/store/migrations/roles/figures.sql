-- Counts and numbers that are taken from more rows than the operator may see, and show none of them.

-- Whose figures of which hall: one's own while working shifts, the whole hall's for those who may see its report.
CREATE FUNCTION desk_may_count(p_hall text, p_operator text) RETURNS boolean
LANGUAGE sql STABLE SECURITY DEFINER @path@ AS $$
    SELECT desk_is_owner() OR (p_hall = desk_hall() AND (
        desk_may('hall_report') OR (desk_may('work_shift') AND p_operator = desk_operator())
    ))
$$;

CREATE FUNCTION desk_tallies(p_hall text, p_since text, p_until text, p_operator text) RETURNS TABLE (
    action text, outcome text, "window" text, minute text, count bigint
) LANGUAGE plpgsql STABLE SECURITY DEFINER @path@ AS $$
BEGIN
    IF desk_may_count(p_hall, p_operator) IS NOT TRUE THEN
        PERFORM desk_forbid('figures of somebody else');
    END IF;
    RETURN QUERY SELECT a.action, a.outcome, a."window", substr(a.at, 1, 16), count(*) FROM audit AS a
        WHERE a.hall = p_hall AND a.at >= p_since AND a.at < p_until
            AND (p_operator IS NULL OR a.operator_number = p_operator)
        GROUP BY 1, 2, 3, 4;
END $$;

CREATE FUNCTION desk_backlog(p_hall text, p_since timestamptz, p_until timestamptz, p_operator text)
RETURNS TABLE (pending bigint, refused bigint, filed bigint, approved bigint)
LANGUAGE plpgsql STABLE SECURITY DEFINER @path@ AS $$
BEGIN
    IF desk_may_count(p_hall, p_operator) IS NOT TRUE THEN
        PERFORM desk_forbid('figures of somebody else');
    END IF;
    SELECT count(*) FILTER (WHERE o.state = 'pending'),
            count(*) FILTER (WHERE o.state = 'refused' AND o.created_at >= p_since AND o.created_at < p_until)
        INTO pending, refused FROM outbox AS o
        WHERE right(o.asked_by, length(p_hall) + 1) = '/' || p_hall
            AND (o.state = 'pending' OR o.created_at >= p_since)
            AND (p_operator IS NULL OR starts_with(o.asked_by, p_operator || '/'));
    SELECT count(*) FILTER (WHERE a.state = 'filed'), count(*) FILTER (WHERE a.state = 'approved')
        INTO filed, approved FROM application AS a
        WHERE a.hall = p_hall AND (p_operator IS NULL OR a.filed_by = p_operator);
    RETURN NEXT;
END $$;

-- The highest identification code of a region, for the serial number of a card that is to be made.
CREATE FUNCTION desk_highest_code(p_region text) RETURNS text LANGUAGE plpgsql STABLE SECURITY DEFINER @path@ AS $$
BEGIN
    IF NOT desk_is_owner() AND NOT desk_may('decide') THEN
        PERFORM desk_forbid('makes no cards');
    END IF;
    RETURN (SELECT max(identification_code) FROM card WHERE starts_with(identification_code, p_region));
END $$;
