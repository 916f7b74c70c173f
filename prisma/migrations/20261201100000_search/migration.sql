-- Search over what people wrote. Both extensions are "trusted": the owner of the database may create them without being superuser.
CREATE EXTENSION IF NOT EXISTS pg_trgm;
CREATE EXTENSION IF NOT EXISTS btree_gin;

-- The text of each message as it stands now. Workers fill it behind the log, and a search takes in what is missing: posting pays nothing.
CREATE TABLE "message_texts" (
    "tenant_id" UUID NOT NULL,
    "room_id" UUID NOT NULL,
    "event_id" UUID NOT NULL,
    "sender" TEXT NOT NULL,
    "said_at" TIMESTAMPTZ(3) NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL,
    "body" TEXT NOT NULL,

    CONSTRAINT "message_texts_pkey" PRIMARY KEY ("tenant_id","room_id","event_id")
);

-- How far into a tenant's stream the texts go.
CREATE TABLE "search_progress" (
    "tenant_id" UUID NOT NULL,
    "xid" xid8 NOT NULL DEFAULT '0',
    "position" BIGINT NOT NULL DEFAULT 0,

    CONSTRAINT "search_progress_pkey" PRIMARY KEY ("tenant_id")
);

CREATE INDEX "message_texts_tenant_id_said_at_event_id_idx" ON "message_texts"("tenant_id", "said_at", "event_id");

ALTER TABLE "message_texts" ADD CONSTRAINT "message_texts_tenant_id_room_id_fkey" FOREIGN KEY ("tenant_id", "room_id") REFERENCES "rooms"("tenant_id", "id") ON DELETE CASCADE ON UPDATE CASCADE;

-- Words and parts of words, always within one tenant. It is written behind the log, so nothing is gained by a list of what is to be put in later,
-- which every search would have to go through.
CREATE INDEX "message_texts_search" ON "message_texts" USING gin ("tenant_id", to_tsvector('simple', "body"), "body" gin_trgm_ops) WITH (fastupdate = off);

ALTER TABLE "message_texts" ENABLE ROW LEVEL SECURITY;
ALTER TABLE "message_texts" FORCE ROW LEVEL SECURITY;
ALTER TABLE "search_progress" ENABLE ROW LEVEL SECURITY;
ALTER TABLE "search_progress" FORCE ROW LEVEL SECURITY;
CREATE POLICY tenant_only ON "message_texts" TO scaiwave_app USING (tenant_id = (SELECT NULLIF(current_setting('app.tenant_id', true), '')::uuid))
  WITH CHECK (tenant_id = (SELECT NULLIF(current_setting('app.tenant_id', true), '')::uuid));
CREATE POLICY tenant_only ON "search_progress" TO scaiwave_app USING (tenant_id = (SELECT NULLIF(current_setting('app.tenant_id', true), '')::uuid))
  WITH CHECK (tenant_id = (SELECT NULLIF(current_setting('app.tenant_id', true), '')::uuid));
CREATE POLICY fleet ON "search_progress" TO scaiwave_fleet USING (true);
GRANT SELECT, INSERT, UPDATE, DELETE ON "message_texts", "search_progress" TO scaiwave_app;
GRANT SELECT ON "search_progress" TO scaiwave_fleet;

-- Row-level security keeps Postgres from using the search index for the app role: what matches words is not "leakproof", so it is only
-- asked of rows that the policy has let through, which is all of a tenant's. The one function below reads as the schema's owner, and
-- names the tenant of the transaction itself: unset, it finds nothing.
CREATE POLICY search_only ON "message_texts" FOR SELECT TO CURRENT_USER USING (true);

-- Of each term at least one must hold: its word(s), its pattern, or something similar. `rooms` and `since` go together. `newest`: only among
-- so many of the tenant's newest messages, which finds common words fast; null: among all, by the index, which finds rare ones fast.
CREATE FUNCTION find_message_texts(rooms uuid[], since timestamptz[], words text[], patterns text[], similars text[], filter jsonb, newest integer, most integer)
RETURNS TABLE (room_id uuid, event_id uuid, said_at timestamptz, body text)
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = public, pg_temp SET pg_trgm.word_similarity_threshold = 0.5 AS $$
DECLARE
  terms text := '';
BEGIN
  -- Only places of parameters are put into the statement, never what people typed.
  FOR n IN 1 .. cardinality(words) LOOP
    terms := terms || format(' AND (false%s%s%s)',
      CASE WHEN words[n] IS NOT NULL THEN format(' OR to_tsvector(''simple'', t.body) @@ to_tsquery(''simple'', $3[%s])', n) END,
      CASE WHEN patterns[n] IS NOT NULL THEN format(' OR t.body ILIKE $4[%s]', n) END,
      CASE WHEN similars[n] IS NOT NULL THEN format(' OR $5[%s] <%% t.body', n) END);
  END LOOP;
  -- Materialized: with the LIMIT in sight, Postgres would rather go through all messages by time.
  RETURN QUERY EXECUTE format(
    'WITH source AS MATERIALIZED (
       SELECT t.* FROM message_texts t WHERE t.tenant_id = NULLIF(current_setting(''app.tenant_id'', true), '''')::uuid
         AND ($6->>''from_at'' IS NULL OR (t.said_at, t.event_id) < (($6->>''from_at'')::timestamptz, ($6->>''from_id'')::uuid)) %s)
     SELECT t.room_id, t.event_id, t.said_at, t.body FROM source t WHERE t.room_id = ANY($1) %s
       AND NOT EXISTS (SELECT 1 FROM unnest($1, $2) AS r (id, since) WHERE r.id = t.room_id AND r.since > t.created_at)
       AND ($6->>''sender'' IS NULL OR t.sender = $6->>''sender'')
       AND ($6->>''after'' IS NULL OR t.said_at >= ($6->>''after'')::timestamptz)
       AND ($6->>''before'' IS NULL OR t.said_at < ($6->>''before'')::timestamptz)
     ORDER BY t.said_at DESC, t.event_id DESC LIMIT $8',
    CASE WHEN newest IS NULL THEN terms ELSE ' ORDER BY t.said_at DESC, t.event_id DESC LIMIT $7' END,
    CASE WHEN newest IS NULL THEN '' ELSE terms END)
  USING rooms, since, words, patterns, similars, filter, newest, most;
END $$;
REVOKE ALL ON FUNCTION find_message_texts FROM PUBLIC;
GRANT EXECUTE ON FUNCTION find_message_texts TO scaiwave_app;
