-- A server_name can be given anew while the rows of the tenant that had it before are kept for 30 days: it is unique among those that are not deleted.
DROP INDEX "tenants_server_name_key";
CREATE INDEX "tenants_server_name_idx" ON "tenants"("server_name");
CREATE UNIQUE INDEX "tenants_present" ON "tenants" ("server_name") WHERE "state" <> 'deleted';

-- While a tenant is being deleted, a worker parts from its peers: each when nothing waits for it, all of them when the time is over.
ALTER TABLE "tenants" ADD COLUMN "drain_until" TIMESTAMPTZ(3), ADD COLUMN "drops_queue" BOOLEAN NOT NULL DEFAULT false;
-- What waited through a suspension does not count as old because of it.
ALTER TABLE "tenants" ADD COLUMN "resumed_at" TIMESTAMPTZ(3);
ALTER TABLE "peers" ADD COLUMN "resumed_at" TIMESTAMPTZ(3);
CREATE INDEX "tenants_deleted" ON "tenants" ("deleted_at") WHERE "state" = 'deleted';

-- The words by which somebody outside asked for a severing: the same words act once.
ALTER TABLE "severings" ADD COLUMN "request" TEXT;
CREATE UNIQUE INDEX "severings_request" ON "severings" ("tenant_id", "request") WHERE "request" IS NOT NULL;

-- The statuses of Peer resources; the end of what is kept of a deleted tenant.
GRANT SELECT ON "peer_keys", "policies", "members" TO scaiwave_fleet;
GRANT DELETE ON "tenants" TO scaiwave_fleet;
GRANT SELECT, DELETE ON "audit_log" TO scaiwave_fleet;
