-- The host that handed on a third server's answer whose key could not be had; null when the event has been verified.
ALTER TABLE "control_inbox" ADD COLUMN "handed_on_by" TEXT;

CREATE INDEX "control_inbox_unverified" ON "control_inbox" ("tenant_id", "origin") WHERE "handed_on_by" IS NOT NULL;

GRANT SELECT ON "control_inbox" TO scaiwave_fleet;
