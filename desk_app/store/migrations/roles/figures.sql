-- What a day amounts to: counts only, which name no citizen, so that the trail itself need not be read for them.

-- Operators see the figures of their own, whoever may see the hall's report those of their hall.
CREATE FUNCTION desk_may_count(p_hall text, p_operator text) RETURNS boolean
LANGUAGE sql STABLE SECURITY DEFINER @path@ AS $$
    SELECT desk_is_owner()
        OR (p_operator = desk_operator() AND desk_may('work_shift'))
        OR (p_hall = desk_hall() AND desk_may('hall_report'))
$$;

CREATE FUNCTION desk_day_tallies(p_hall text, p_since text, p_until text, p_operator text) RETURNS TABLE (
    action text, outcome text, "window" text, minute text, count bigint
) LANGUAGE plpgsql STABLE SECURITY DEFINER @path@ AS $$
BEGIN
    IF desk_may_count(p_hall, p_operator) IS NOT TRUE THEN
        PERFORM desk_forbid('somebody else''s figures');
    END IF;
    RETURN QUERY SELECT a.action, a.outcome, a."window", substr(a.at, 1, 16), count(*)
        FROM audit AS a
        WHERE a.hall = p_hall AND a.at >= p_since AND a.at < p_until
            AND (p_operator IS NULL OR a.operator_number = p_operator)
        GROUP BY a.action, a.outcome, a."window", substr(a.at, 1, 16);
END $$;

CREATE FUNCTION desk_day_backlog(
    p_hall text, p_since timestamptz, p_until timestamptz, p_operator text
) RETURNS TABLE (undelivered bigint, refused bigint, filed bigint, to_hand_over bigint)
LANGUAGE plpgsql STABLE SECURITY DEFINER @path@ AS $$
BEGIN
    IF desk_may_count(p_hall, p_operator) IS NOT TRUE THEN
        PERFORM desk_forbid('somebody else''s figures');
    END IF;
    RETURN QUERY SELECT asked.undelivered, asked.refused, ours.filed, ours.to_hand_over
        FROM (
            SELECT count(*) FILTER (WHERE o.state = 'pending') AS undelivered,
                count(*) FILTER (
                    WHERE o.state = 'refused' AND o.created_at >= p_since AND o.created_at < p_until
                ) AS refused
            FROM outbox AS o
            WHERE right(o.asked_by, length(p_hall) + 1) = '/' || p_hall
                AND (p_operator IS NULL OR starts_with(o.asked_by, p_operator || '/'))
        ) AS asked, (
            SELECT count(*) FILTER (WHERE a.state = 'filed') AS filed,
                count(*) FILTER (WHERE a.state = 'approved') AS to_hand_over
            FROM application AS a
            WHERE a.hall = p_hall AND (p_operator IS NULL OR a.filed_by = p_operator)
        ) AS ours;
END $$;
