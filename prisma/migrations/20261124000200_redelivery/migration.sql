-- An admin asked for it to be sent again, at this time; it is given up again 24 hours later.
ALTER TABLE "delivery_exceptions" ADD COLUMN "requested_at" TIMESTAMPTZ(3);
CREATE INDEX "delivery_exceptions_requested" ON "delivery_exceptions" ("tenant_id", "server_name") WHERE "requested_at" IS NOT NULL;
GRANT SELECT ON "delivery_exceptions" TO scaiwave_fleet;

ALTER TABLE "control_events" ADD COLUMN "requeued_at" TIMESTAMPTZ(3);

-- Whether any of them waits for this peer: a drain asks its own row only.
ALTER TABLE "peers" ADD COLUMN "has_redelivery" BOOLEAN NOT NULL DEFAULT false;
