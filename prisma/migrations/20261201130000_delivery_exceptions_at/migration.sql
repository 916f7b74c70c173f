-- What was given up of late is counted per tenant: in the provider's view of all of them, and in the status of each resource.
-- While it is made, nothing is written to this table, which holds only what did not arrive; it is read. Where that would take too long,
-- the same with CONCURRENTLY before the upgrade (docs/operating/install.md): then there is nothing left to do here.
CREATE INDEX IF NOT EXISTS "delivery_exceptions_tenant_id_at_idx" ON "delivery_exceptions" ("tenant_id", "at");
