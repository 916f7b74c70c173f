-- Messages of which somebody wants to be reminded. One row until it is due: telling it and removing the row are one transaction.
CREATE TABLE "snoozes" (
    "tenant_id" UUID NOT NULL,
    "id" UUID NOT NULL,
    "participant_id" UUID NOT NULL,
    "room_id" UUID NOT NULL,
    "event_id" UUID NOT NULL,
    "until" TIMESTAMPTZ(3) NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "snoozes_pkey" PRIMARY KEY ("tenant_id","id")
);
CREATE INDEX "snoozes_tenant_id_until_idx" ON "snoozes"("tenant_id", "until");
CREATE UNIQUE INDEX "snoozes_tenant_id_participant_id_room_id_event_id_key" ON "snoozes"("tenant_id", "participant_id", "room_id", "event_id");
ALTER TABLE "snoozes" ADD CONSTRAINT "snoozes_tenant_id_room_id_fkey" FOREIGN KEY ("tenant_id", "room_id") REFERENCES "rooms"("tenant_id", "id") ON DELETE CASCADE ON UPDATE CASCADE;

ALTER TABLE "snoozes" ENABLE ROW LEVEL SECURITY;
ALTER TABLE "snoozes" FORCE ROW LEVEL SECURITY;
CREATE POLICY tenant_only ON "snoozes" TO scaiwave_app USING (tenant_id = (SELECT NULLIF(current_setting('app.tenant_id', true), '')::uuid))
  WITH CHECK (tenant_id = (SELECT NULLIF(current_setting('app.tenant_id', true), '')::uuid));
-- The sweep asks which tenants have something due.
CREATE POLICY fleet ON "snoozes" TO scaiwave_fleet USING (true);
GRANT SELECT, INSERT, UPDATE, DELETE ON "snoozes" TO scaiwave_app;
GRANT SELECT ON "snoozes" TO scaiwave_fleet;
