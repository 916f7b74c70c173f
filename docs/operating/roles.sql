-- What the database of an installation needs before the first install, run once as an administrator of Postgres. Choose the passwords.
-- The two groups are what row-level security is written for; nobody logs in as them, and no role of ours may bypass it.
CREATE ROLE scaiwave_app NOLOGIN;
CREATE ROLE scaiwave_fleet NOLOGIN;
CREATE ROLE scaiwave_api LOGIN PASSWORD 'change-me' IN ROLE scaiwave_app;
CREATE ROLE scaiwave_operator LOGIN PASSWORD 'change-me' IN ROLE scaiwave_fleet;
CREATE ROLE scaiwave_owner LOGIN PASSWORD 'change-me';
CREATE DATABASE scaiwave OWNER scaiwave_owner;
-- The owner of a database may create the trusted extensions that the migration asks for (pg_trgm, btree_gin); a managed Postgres may want them on a list first.
