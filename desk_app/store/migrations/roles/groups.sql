-- Group roles of this database. They own nothing and cannot sign in; logins are their members.
DO $$
DECLARE
    wanted text;
BEGIN
    FOREACH wanted IN ARRAY ARRAY['clerk', 'supervisor', 'administrator', 'auditor', 'door'] LOOP
        wanted := current_database() || '_' || wanted;
        IF NOT EXISTS (SELECT 1 FROM pg_roles WHERE rolname = wanted) THEN
            EXECUTE format('CREATE ROLE %I NOLOGIN', wanted);
        END IF;
    END LOOP;
END $$;

-- Nothing is for everybody: what is not granted below is refused. Without TEMPORARY there is no schema in which an
-- operator could make a table, a function or an operator of their own.
REVOKE ALL ON DATABASE @database@ FROM PUBLIC;
REVOKE ALL ON SCHEMA @schema@ FROM PUBLIC;
REVOKE ALL ON ALL TABLES IN SCHEMA @schema@ FROM PUBLIC;
REVOKE ALL ON ALL SEQUENCES IN SCHEMA @schema@ FROM PUBLIC;
REVOKE ALL ON ALL FUNCTIONS IN SCHEMA @schema@ FROM PUBLIC;
ALTER DEFAULT PRIVILEGES REVOKE ALL ON FUNCTIONS FROM PUBLIC;
GRANT CONNECT ON DATABASE @database@ TO @operators@, @door@;
GRANT USAGE ON SCHEMA @schema@ TO @operators@, @door@;
