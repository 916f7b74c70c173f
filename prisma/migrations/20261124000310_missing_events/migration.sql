-- Places of a foreign room's order, from the beginning of its lane up to its position, that never came: given up by the host.
ALTER TABLE "rooms" ADD COLUMN "missing_count" INTEGER NOT NULL DEFAULT 0;

-- holes_wanted: an admin wants these places to be fetched.
DROP INDEX "rooms_backfill";
CREATE INDEX "rooms_backfill" ON "rooms" ("tenant_id") WHERE "backfill_state" IN ('wanted', 'running', 'holes_wanted');
