-- The end of federation with a peer, by our admin or by theirs: marked first, then room by room, so that a sweep finishes what a crash left.
CREATE TABLE "severings" (
    "tenant_id" UUID NOT NULL,
    "id" UUID NOT NULL,
    "server_name" TEXT NOT NULL,
    "is_theirs" BOOLEAN NOT NULL,
    "actor" TEXT NOT NULL,
    "reason" TEXT,
    "since" TIMESTAMPTZ(3) NOT NULL,
    "undelivered" INTEGER NOT NULL,
    "invitations" INTEGER NOT NULL DEFAULT 0,
    "started_at" TIMESTAMPTZ(3) NOT NULL,
    "finished_at" TIMESTAMPTZ(3),

    CONSTRAINT "severings_pkey" PRIMARY KEY ("tenant_id","id")
);

CREATE INDEX "severings_tenant_id_server_name_idx" ON "severings"("tenant_id", "server_name");
CREATE UNIQUE INDEX "severings_unfinished" ON "severings"("tenant_id", "server_name") WHERE "finished_at" IS NULL;

-- What was cut, room by room, and who was in it.
CREATE TABLE "severed_rooms" (
    "tenant_id" UUID NOT NULL,
    "severing_id" UUID NOT NULL,
    "room_id" UUID NOT NULL,
    "name" TEXT,
    "host" TEXT NOT NULL,
    "ours" TEXT[],
    "theirs" TEXT[],

    CONSTRAINT "severed_rooms_pkey" PRIMARY KEY ("tenant_id","severing_id","room_id")
);

ALTER TABLE "severed_rooms" ADD CONSTRAINT "severed_rooms_tenant_id_severing_id_fkey" FOREIGN KEY ("tenant_id", "severing_id") REFERENCES "severings"("tenant_id", "id") ON DELETE CASCADE ON UPDATE CASCADE;

DO $$
DECLARE
  t text;
BEGIN
  FOREACH t IN ARRAY ARRAY['severings', 'severed_rooms']
  LOOP
    EXECUTE format('ALTER TABLE %I ENABLE ROW LEVEL SECURITY', t);
    EXECUTE format('ALTER TABLE %I FORCE ROW LEVEL SECURITY', t);
    EXECUTE format(
      'CREATE POLICY tenant_only ON %I TO scaiwave_app USING (tenant_id = (SELECT NULLIF(current_setting(''app.tenant_id'', true), '''')::uuid))'
      || ' WITH CHECK (tenant_id = (SELECT NULLIF(current_setting(''app.tenant_id'', true), '''')::uuid))',
      t);
    EXECUTE format('CREATE POLICY fleet ON %I TO scaiwave_fleet USING (true) WITH CHECK (true)', t);
    EXECUTE format('GRANT SELECT, INSERT, UPDATE, DELETE ON %I TO scaiwave_app', t);
  END LOOP;
END $$;
GRANT SELECT ON "severings" TO scaiwave_fleet;
