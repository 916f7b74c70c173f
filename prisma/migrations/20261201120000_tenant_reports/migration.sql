-- How each Tenant resource stands, and what it says: told by whoever applies it, read by the provider's view. A resource that is refused has no
-- tenant, so that these rows are of none. JSON and not JSONB: the fields stay in the order in which they are written.
CREATE TABLE "tenant_reports" (
    "resource" TEXT NOT NULL,
    "server_name" TEXT NOT NULL,
    "ready" TEXT NOT NULL,
    "reason" TEXT NOT NULL,
    "message" TEXT NOT NULL,
    "status" JSON NOT NULL,
    "spec" JSON NOT NULL,
    "hash" TEXT NOT NULL,
    "reported_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "tenant_reports_pkey" PRIMARY KEY ("resource")
);
CREATE INDEX "tenants_resource_idx" ON "tenants"("resource");

-- People of the provider are of no tenant, and neither are their sessions.
CREATE TABLE "provider_sessions" (
    "id_hash" BYTEA NOT NULL,
    "issuer" TEXT NOT NULL,
    "subject" TEXT NOT NULL,
    "name" TEXT NOT NULL,
    "roles" TEXT[],
    "csrf_token" TEXT NOT NULL,
    "expires_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "provider_sessions_pkey" PRIMARY KEY ("id_hash")
);

CREATE TABLE "provider_login_attempts" (
    "state_hash" BYTEA NOT NULL,
    "verifier" TEXT NOT NULL,
    "nonce" TEXT NOT NULL,
    "return_to" TEXT NOT NULL,
    "expires_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "provider_login_attempts_pkey" PRIMARY KEY ("state_hash")
);

DO $$
DECLARE t text;
BEGIN
  FOREACH t IN ARRAY ARRAY['tenant_reports', 'provider_sessions', 'provider_login_attempts'] LOOP
    EXECUTE format('ALTER TABLE %I ENABLE ROW LEVEL SECURITY', t);
    EXECUTE format('ALTER TABLE %I FORCE ROW LEVEL SECURITY', t);
    EXECUTE format('CREATE POLICY fleet ON %I TO scaiwave_fleet USING (true) WITH CHECK (true)', t);
    EXECUTE format('GRANT SELECT, INSERT, UPDATE, DELETE ON %I TO scaiwave_fleet', t);
  END LOOP;
END $$;
