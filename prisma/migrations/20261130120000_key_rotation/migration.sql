-- The workers that live, each with the kids of the coming keys that it has loaded: a key is promoted when all of its pool have it.
-- A worker serves many tenants: only the fleet role reads and writes this.
CREATE TABLE "workers" (
    "pool" TEXT NOT NULL,
    "worker" TEXT NOT NULL,
    "loaded_kids" TEXT[],
    "heartbeat_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "workers_pkey" PRIMARY KEY ("pool","worker")
);
ALTER TABLE "workers" ENABLE ROW LEVEL SECURITY;
ALTER TABLE "workers" FORCE ROW LEVEL SECURITY;
CREATE POLICY fleet ON "workers" TO scaiwave_fleet USING (true) WITH CHECK (true);
GRANT SELECT, INSERT, UPDATE, DELETE ON "workers" TO scaiwave_fleet;

-- A tenant's wish for another key, and when the next one signs, as told by whoever rotates.
CREATE TABLE "key_rotations" (
    "tenant_id" UUID NOT NULL,
    "next_rotation_at" TIMESTAMPTZ(3),
    "waits_for" TEXT,
    "requested_at" TIMESTAMPTZ(3),
    "requested_by" TEXT,
    "handled_at" TIMESTAMPTZ(3),

    CONSTRAINT "key_rotations_pkey" PRIMARY KEY ("tenant_id")
);
ALTER TABLE "key_rotations" ENABLE ROW LEVEL SECURITY;
ALTER TABLE "key_rotations" FORCE ROW LEVEL SECURITY;
CREATE POLICY tenant_only ON "key_rotations" TO scaiwave_app
  USING ("tenant_id" = (SELECT NULLIF(current_setting('app.tenant_id', true), '')::uuid))
  WITH CHECK ("tenant_id" = (SELECT NULLIF(current_setting('app.tenant_id', true), '')::uuid));
CREATE POLICY fleet ON "key_rotations" TO scaiwave_fleet USING (true) WITH CHECK (true);
GRANT SELECT, INSERT, UPDATE, DELETE ON "key_rotations" TO scaiwave_app;
GRANT SELECT ON "key_rotations" TO scaiwave_fleet;
CREATE INDEX "key_rotations_requested" ON "key_rotations" ("tenant_id") WHERE "requested_at" IS NOT NULL AND "handled_at" IS NULL;
