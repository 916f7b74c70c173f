-- Files of our own people, and copies of those that other servers' people posted; the bytes in chunks of 256 KiB.
CREATE TABLE "media" (
    "tenant_id" UUID NOT NULL,
    "origin" TEXT NOT NULL,
    "id" TEXT NOT NULL,
    "uploader" TEXT,
    "thumbnail_of" TEXT,
    "file_name" TEXT NOT NULL,
    "mime_type" TEXT NOT NULL,
    "size" BIGINT NOT NULL,
    "sha256" BYTEA,
    "width" INTEGER,
    "height" INTEGER,
    "writer" UUID,
    "writer_until" TIMESTAMPTZ(3),
    "is_attached" BOOLEAN NOT NULL DEFAULT false,
    "created_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "media_pkey" PRIMARY KEY ("tenant_id","origin","id")
);
CREATE TABLE "media_chunks" (
    "tenant_id" UUID NOT NULL,
    "origin" TEXT NOT NULL,
    "media_id" TEXT NOT NULL,
    "place" INTEGER NOT NULL,
    "bytes" BYTEA NOT NULL,

    CONSTRAINT "media_chunks_pkey" PRIMARY KEY ("tenant_id","origin","media_id","place")
);
-- What is uploaded is mostly compressed already: Postgres need not try again.
ALTER TABLE "media_chunks" ALTER COLUMN "bytes" SET STORAGE EXTERNAL;
CREATE UNIQUE INDEX "media_tenant_id_origin_thumbnail_of_key" ON "media"("tenant_id", "origin", "thumbnail_of");
CREATE INDEX "media_uploader_idx" ON "media"("tenant_id", "uploader") INCLUDE ("size");
-- Few rows: what the sweep looks through.
CREATE INDEX "media_unattached_idx" ON "media"("created_at") WHERE NOT "is_attached";
CREATE INDEX "media_foreign_idx" ON "media"("tenant_id", "created_at") WHERE "uploader" IS NULL;
ALTER TABLE "media" ADD CONSTRAINT "media_tenant_id_origin_thumbnail_of_fkey" FOREIGN KEY ("tenant_id", "origin", "thumbnail_of") REFERENCES "media"("tenant_id", "origin", "id") ON DELETE CASCADE ON UPDATE CASCADE;
ALTER TABLE "media_chunks" ADD CONSTRAINT "media_chunks_tenant_id_origin_media_id_fkey" FOREIGN KEY ("tenant_id", "origin", "media_id") REFERENCES "media"("tenant_id", "origin", "id") ON DELETE CASCADE ON UPDATE CASCADE;

-- The file that a message of type swp.media is about: who may read it follows from where it was posted.
ALTER TABLE "events" ADD COLUMN "media_id" TEXT;
CREATE INDEX "events_media_id_idx" ON "events"("tenant_id", "media_id") WHERE "media_id" IS NOT NULL;

DO $$
DECLARE t TEXT;
BEGIN
  FOREACH t IN ARRAY ARRAY['media', 'media_chunks'] LOOP
    EXECUTE format('ALTER TABLE %I ENABLE ROW LEVEL SECURITY', t);
    EXECUTE format('ALTER TABLE %I FORCE ROW LEVEL SECURITY', t);
    EXECUTE format(
      'CREATE POLICY tenant_only ON %I TO scaiwave_app USING (tenant_id = (SELECT NULLIF(current_setting(''app.tenant_id'', true), '''')::uuid))'
      ' WITH CHECK (tenant_id = (SELECT NULLIF(current_setting(''app.tenant_id'', true), '''')::uuid))', t);
    EXECUTE format('CREATE POLICY fleet ON %I TO scaiwave_fleet USING (true) WITH CHECK (true)', t);
    EXECUTE format('GRANT SELECT, INSERT, UPDATE, DELETE ON %I TO scaiwave_app', t);
  END LOOP;
END $$;
-- The sweep asks which tenants have something to remove; the bytes are nobody's across tenants.
GRANT SELECT ON "media" TO scaiwave_fleet;
