CREATE SEQUENCE "stream_position_seq" AS bigint;

-- CreateSchema
CREATE SCHEMA IF NOT EXISTS "public";

-- CreateTable
CREATE TABLE "tenants" (
    "id" UUID NOT NULL,
    "server_name" TEXT NOT NULL,
    "display_name" TEXT NOT NULL,
    "state" TEXT NOT NULL DEFAULT 'active',
    "oidc_issuer" TEXT NOT NULL,
    "oidc_client_id" TEXT NOT NULL,
    "admin_roles" TEXT[] DEFAULT ARRAY['admin']::TEXT[],
    "provider_policy" JSONB NOT NULL DEFAULT '{}',
    "delivery" JSONB NOT NULL DEFAULT '{}',
    "pool" TEXT NOT NULL DEFAULT 'shared',
    "resource" TEXT,
    "resource_hash" TEXT,
    "created_at" TIMESTAMPTZ(3) NOT NULL,
    "updated_at" TIMESTAMPTZ(3) NOT NULL,
    "deleted_at" TIMESTAMPTZ(3),

    CONSTRAINT "tenants_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "participants" (
    "tenant_id" UUID NOT NULL,
    "id" UUID NOT NULL,
    "fqid" TEXT NOT NULL,
    "local_id" TEXT NOT NULL,
    "server_name" TEXT NOT NULL,
    "display_name" TEXT NOT NULL,
    "participant_type" TEXT NOT NULL,
    "role" TEXT NOT NULL DEFAULT 'user',
    "oidc_subject" TEXT,
    "email" TEXT,
    "avatar_url" TEXT,
    "bio" TEXT,
    "preferences" JSONB NOT NULL DEFAULT '{}',
    "presence" TEXT,
    "profile_fetched_at" TIMESTAMPTZ(3),
    "created_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "participants_pkey" PRIMARY KEY ("tenant_id","id")
);

-- CreateTable
CREATE TABLE "peers" (
    "tenant_id" UUID NOT NULL,
    "server_name" TEXT NOT NULL,
    "admin_state" TEXT NOT NULL DEFAULT 'active',
    "declaration" JSONB,
    "declaration_resource" TEXT,
    "endpoint_url" TEXT,
    "trust_mode" TEXT NOT NULL DEFAULT 'TrustOnFirstUse',
    "pins" JSONB NOT NULL DEFAULT '[]',
    "descriptor" TEXT,
    "descriptor_fetched_at" TIMESTAMPTZ(3),
    "descriptor_valid_until" TIMESTAMPTZ(3),
    "key_changed_at" TIMESTAMPTZ(3),
    "last_seen_at" TIMESTAMPTZ(3),
    "last_success_at" TIMESTAMPTZ(3),
    "last_error_code" TEXT,
    "last_error_message" TEXT,
    "last_error_at" TIMESTAMPTZ(3),
    "verdict" TEXT,
    "failing_since" TIMESTAMPTZ(3),
    "attempts" INTEGER NOT NULL DEFAULT 0,
    "next_attempt_at" TIMESTAMPTZ(3),
    "lease_worker" TEXT,
    "lease_fence" BIGINT NOT NULL DEFAULT 0,
    "lease_until" TIMESTAMPTZ(3),
    "control_seq" BIGINT NOT NULL DEFAULT 0,
    "created_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "peers_pkey" PRIMARY KEY ("tenant_id","server_name")
);

-- CreateTable
CREATE TABLE "peer_keys" (
    "tenant_id" UUID NOT NULL,
    "server_name" TEXT NOT NULL,
    "kid" TEXT NOT NULL,
    "public_key" BYTEA NOT NULL,
    "state" TEXT NOT NULL,
    "valid_from" TIMESTAMPTZ(3),
    "valid_until" TIMESTAMPTZ(3),
    "first_seen_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "peer_keys_pkey" PRIMARY KEY ("tenant_id","server_name","kid")
);

-- CreateTable
CREATE TABLE "policies" (
    "tenant_id" UUID NOT NULL,
    "admin" JSONB NOT NULL DEFAULT '{}',
    "updated_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "policies_pkey" PRIMARY KEY ("tenant_id")
);

-- CreateTable
CREATE TABLE "rooms" (
    "tenant_id" UUID NOT NULL,
    "id" UUID NOT NULL,
    "host" TEXT NOT NULL,
    "room_type" TEXT NOT NULL,
    "scope_kind" TEXT,
    "name" TEXT,
    "topic" TEXT,
    "state" TEXT NOT NULL DEFAULT 'open',
    "creator" TEXT NOT NULL,
    "is_public" BOOLEAN NOT NULL DEFAULT false,
    "hides_history" BOOLEAN NOT NULL DEFAULT false,
    "federation_enabled" BOOLEAN NOT NULL DEFAULT true,
    "dm_key" TEXT,
    "last_seq" BIGINT NOT NULL DEFAULT 0,
    "chain" BYTEA NOT NULL,
    "lane_start_seq" BIGINT,
    "lane_state" TEXT NOT NULL DEFAULT 'ok',
    "lane_error" JSONB,
    "out_seq" BIGINT NOT NULL DEFAULT 0,
    "backfill_state" TEXT NOT NULL DEFAULT 'none',
    "created_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "rooms_pkey" PRIMARY KEY ("tenant_id","id")
);

-- CreateTable
CREATE TABLE "events" (
    "tenant_id" UUID NOT NULL,
    "room_id" UUID NOT NULL,
    "id" UUID NOT NULL,
    "type" TEXT NOT NULL,
    "origin" TEXT NOT NULL,
    "sender" TEXT,
    "origin_ts" BIGINT NOT NULL,
    "payload" TEXT NOT NULL,
    "payload_sha256" BYTEA NOT NULL,
    "content" TEXT,
    "jws" TEXT,
    "room_seq" BIGINT,
    "chain" BYTEA,
    "state" TEXT NOT NULL,
    "failure_code" TEXT,
    "hidden" TEXT,
    "is_late" BOOLEAN NOT NULL DEFAULT false,
    "target_id" UUID,
    "reply_to" UUID,
    "redacted_by" UUID,
    "redacted_at" TIMESTAMPTZ(3),
    "edited_content" TEXT,
    "edited_at" TIMESTAMPTZ(3),
    "edited_seq" BIGINT,
    "out_seq" BIGINT,
    "stream_position" BIGINT NOT NULL DEFAULT nextval('stream_position_seq'::regclass),
    "xid" xid8 NOT NULL DEFAULT pg_current_xact_id(),
    "created_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "events_pkey" PRIMARY KEY ("tenant_id","room_id","id")
);

-- CreateTable
CREATE TABLE "refused_places" (
    "tenant_id" UUID NOT NULL,
    "room_id" UUID NOT NULL,
    "room_seq" BIGINT NOT NULL,
    "event_id" UUID,
    "payload_sha256" BYTEA,
    "chain" BYTEA NOT NULL,
    "code" TEXT NOT NULL,

    CONSTRAINT "refused_places_pkey" PRIMARY KEY ("tenant_id","room_id","room_seq")
);

-- CreateTable
CREATE TABLE "members" (
    "tenant_id" UUID NOT NULL,
    "room_id" UUID NOT NULL,
    "fqid" TEXT NOT NULL,
    "participant_id" UUID NOT NULL,
    "server_name" TEXT NOT NULL,
    "membership" TEXT NOT NULL,
    "power_level" INTEGER NOT NULL DEFAULT 0,
    "joined_at" TIMESTAMPTZ(3),
    "changed_by" TEXT,
    "changed_at" TIMESTAMPTZ(3) NOT NULL,
    "notification_mode" TEXT NOT NULL DEFAULT 'inherit',
    "muted_until" TIMESTAMPTZ(3),
    "last_read_event_id" UUID,
    "last_read_at" TIMESTAMPTZ(3),

    CONSTRAINT "members_pkey" PRIMARY KEY ("tenant_id","room_id","fqid")
);

-- CreateTable
CREATE TABLE "reactions" (
    "tenant_id" UUID NOT NULL,
    "room_id" UUID NOT NULL,
    "event_id" UUID NOT NULL,
    "sender" TEXT NOT NULL,
    "emoji" TEXT NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "reactions_pkey" PRIMARY KEY ("tenant_id","room_id","event_id","sender","emoji")
);

-- CreateTable
CREATE TABLE "lanes" (
    "tenant_id" UUID NOT NULL,
    "server_name" TEXT NOT NULL,
    "room_id" UUID NOT NULL,
    "kind" TEXT NOT NULL,
    "acked_seq" BIGINT NOT NULL,
    "prev_seq" BIGINT NOT NULL DEFAULT 0,
    "start_seq" BIGINT NOT NULL,
    "end_seq" BIGINT,
    "state" TEXT NOT NULL DEFAULT 'ok',
    "stop_code" TEXT,
    "last_acked_at" TIMESTAMPTZ(3),
    "updated_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "lanes_pkey" PRIMARY KEY ("tenant_id","server_name","room_id")
);

-- CreateTable
CREATE TABLE "delivery_exceptions" (
    "tenant_id" UUID NOT NULL,
    "room_id" UUID NOT NULL,
    "event_id" UUID NOT NULL,
    "server_name" TEXT NOT NULL,
    "state" TEXT NOT NULL,
    "code" TEXT,
    "at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "delivery_exceptions_pkey" PRIMARY KEY ("tenant_id","room_id","event_id","server_name")
);

-- CreateTable
CREATE TABLE "control_events" (
    "tenant_id" UUID NOT NULL,
    "server_name" TEXT NOT NULL,
    "out_seq" BIGINT NOT NULL,
    "id" UUID NOT NULL,
    "type" TEXT NOT NULL,
    "room_id" UUID,
    "origin_ts" BIGINT NOT NULL,
    "payload" TEXT NOT NULL,
    "content" TEXT NOT NULL,
    "jws" TEXT,
    "state" TEXT NOT NULL DEFAULT 'queued',
    "code" TEXT,
    "created_at" TIMESTAMPTZ(3) NOT NULL,
    "settled_at" TIMESTAMPTZ(3),

    CONSTRAINT "control_events_pkey" PRIMARY KEY ("tenant_id","server_name","out_seq")
);

-- CreateTable
CREATE TABLE "control_inbox" (
    "tenant_id" UUID NOT NULL,
    "origin" TEXT NOT NULL,
    "id" UUID NOT NULL,
    "type" TEXT NOT NULL,
    "room_id" UUID,
    "payload_sha256" BYTEA NOT NULL,
    "jws" TEXT NOT NULL,
    "content" TEXT NOT NULL,
    "received_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "control_inbox_pkey" PRIMARY KEY ("tenant_id","origin","id")
);

-- CreateTable
CREATE TABLE "invitations" (
    "tenant_id" UUID NOT NULL,
    "id" UUID NOT NULL,
    "room_id" UUID NOT NULL,
    "direction" TEXT NOT NULL,
    "host" TEXT NOT NULL,
    "inviter" TEXT NOT NULL,
    "inviter_name" TEXT NOT NULL,
    "invitee" TEXT NOT NULL,
    "asked_by" TEXT,
    "state" TEXT NOT NULL,
    "error_code" TEXT,
    "error_by" TEXT,
    "room" JSONB NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL,
    "expires_at" TIMESTAMPTZ(3) NOT NULL,
    "updated_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "invitations_pkey" PRIMARY KEY ("tenant_id","id")
);

-- CreateTable
CREATE TABLE "peer_requests" (
    "tenant_id" UUID NOT NULL,
    "id" UUID NOT NULL,
    "kind" TEXT NOT NULL,
    "server_name" TEXT NOT NULL,
    "params" JSONB NOT NULL DEFAULT '{}',
    "state" TEXT NOT NULL DEFAULT 'waiting',
    "answer" JSONB,
    "error_code" TEXT,
    "error_text" TEXT,
    "deadline_at" TIMESTAMPTZ(3) NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL,
    "done_at" TIMESTAMPTZ(3),

    CONSTRAINT "peer_requests_pkey" PRIMARY KEY ("tenant_id","id")
);

-- CreateTable
CREATE TABLE "notifications" (
    "tenant_id" UUID NOT NULL,
    "id" UUID NOT NULL,
    "participant_id" UUID NOT NULL,
    "kind" TEXT NOT NULL,
    "data" JSONB NOT NULL,
    "stream_position" BIGINT NOT NULL DEFAULT nextval('stream_position_seq'::regclass),
    "xid" xid8 NOT NULL DEFAULT pg_current_xact_id(),
    "read_at" TIMESTAMPTZ(3),
    "created_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "notifications_pkey" PRIMARY KEY ("tenant_id","id")
);

-- CreateTable
CREATE TABLE "audit_log" (
    "tenant_id" UUID NOT NULL,
    "id" UUID NOT NULL,
    "at" TIMESTAMPTZ(3) NOT NULL,
    "actor" TEXT NOT NULL,
    "action" TEXT NOT NULL,
    "subject" TEXT NOT NULL,
    "details" JSONB NOT NULL DEFAULT '{}',
    "request_id" TEXT,

    CONSTRAINT "audit_log_pkey" PRIMARY KEY ("tenant_id","id")
);

-- CreateTable
CREATE TABLE "rejected_inbound" (
    "tenant_id" UUID NOT NULL,
    "id" UUID NOT NULL,
    "origin" TEXT NOT NULL,
    "code" TEXT NOT NULL,
    "reason" TEXT NOT NULL,
    "details" JSONB NOT NULL DEFAULT '{}',
    "at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "rejected_inbound_pkey" PRIMARY KEY ("tenant_id","id")
);

-- CreateTable
CREATE TABLE "signing_keys" (
    "tenant_id" UUID NOT NULL,
    "kid" TEXT NOT NULL,
    "public_key" BYTEA NOT NULL,
    "state" TEXT NOT NULL,
    "valid_from" TIMESTAMPTZ(3) NOT NULL,
    "valid_until" TIMESTAMPTZ(3),
    "created_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "signing_keys_pkey" PRIMARY KEY ("tenant_id","kid")
);

-- CreateTable
CREATE TABLE "descriptors" (
    "tenant_id" UUID NOT NULL,
    "body" TEXT NOT NULL,
    "source_hash" TEXT NOT NULL,
    "built_at" TIMESTAMPTZ(3) NOT NULL,
    "valid_until" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "descriptors_pkey" PRIMARY KEY ("tenant_id")
);

-- CreateTable
CREATE TABLE "sessions" (
    "tenant_id" UUID NOT NULL,
    "id_hash" BYTEA NOT NULL,
    "participant_id" UUID NOT NULL,
    "csrf_token" TEXT NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL,
    "expires_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "sessions_pkey" PRIMARY KEY ("tenant_id","id_hash")
);

-- CreateTable
CREATE TABLE "login_attempts" (
    "tenant_id" UUID NOT NULL,
    "state_hash" BYTEA NOT NULL,
    "verifier" TEXT NOT NULL,
    "nonce" TEXT NOT NULL,
    "return_to" TEXT NOT NULL,
    "expires_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "login_attempts_pkey" PRIMARY KEY ("tenant_id","state_hash")
);

-- CreateTable
CREATE TABLE "idempotency_keys" (
    "tenant_id" UUID NOT NULL,
    "participant_id" UUID NOT NULL,
    "key" TEXT NOT NULL,
    "request_hash" BYTEA NOT NULL,
    "status" INTEGER,
    "body" TEXT,
    "created_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "idempotency_keys_pkey" PRIMARY KEY ("tenant_id","participant_id","key")
);

-- CreateIndex
CREATE UNIQUE INDEX "tenants_server_name_key" ON "tenants"("server_name");

-- CreateIndex
CREATE UNIQUE INDEX "participants_tenant_id_fqid_key" ON "participants"("tenant_id", "fqid");

-- CreateIndex
CREATE UNIQUE INDEX "events_tenant_id_room_id_room_seq_key" ON "events"("tenant_id", "room_id", "room_seq");

-- CreateIndex
CREATE INDEX "members_tenant_id_fqid_idx" ON "members"("tenant_id", "fqid");

-- CreateIndex
CREATE INDEX "members_tenant_id_server_name_room_id_idx" ON "members"("tenant_id", "server_name", "room_id");

-- CreateIndex
CREATE UNIQUE INDEX "control_events_tenant_id_server_name_id_key" ON "control_events"("tenant_id", "server_name", "id");

-- CreateIndex
CREATE INDEX "invitations_tenant_id_room_id_idx" ON "invitations"("tenant_id", "room_id");

-- CreateIndex
CREATE INDEX "invitations_tenant_id_invitee_idx" ON "invitations"("tenant_id", "invitee");

-- CreateIndex
CREATE INDEX "notifications_tenant_id_participant_id_stream_position_idx" ON "notifications"("tenant_id", "participant_id", "stream_position");

-- CreateIndex
CREATE INDEX "audit_log_tenant_id_at_idx" ON "audit_log"("tenant_id", "at");

-- CreateIndex
CREATE INDEX "rejected_inbound_tenant_id_at_idx" ON "rejected_inbound"("tenant_id", "at");

-- AddForeignKey
ALTER TABLE "peer_keys" ADD CONSTRAINT "peer_keys_tenant_id_server_name_fkey" FOREIGN KEY ("tenant_id", "server_name") REFERENCES "peers"("tenant_id", "server_name") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "events" ADD CONSTRAINT "events_tenant_id_room_id_fkey" FOREIGN KEY ("tenant_id", "room_id") REFERENCES "rooms"("tenant_id", "id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "refused_places" ADD CONSTRAINT "refused_places_tenant_id_room_id_fkey" FOREIGN KEY ("tenant_id", "room_id") REFERENCES "rooms"("tenant_id", "id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "members" ADD CONSTRAINT "members_tenant_id_room_id_fkey" FOREIGN KEY ("tenant_id", "room_id") REFERENCES "rooms"("tenant_id", "id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "reactions" ADD CONSTRAINT "reactions_tenant_id_room_id_fkey" FOREIGN KEY ("tenant_id", "room_id") REFERENCES "rooms"("tenant_id", "id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "lanes" ADD CONSTRAINT "lanes_tenant_id_room_id_fkey" FOREIGN KEY ("tenant_id", "room_id") REFERENCES "rooms"("tenant_id", "id") ON DELETE CASCADE ON UPDATE CASCADE;



-- What Prisma's schema language cannot say -------------------------------------------------------------------

-- A DM exists once per pair of people.
CREATE UNIQUE INDEX "rooms_dm_key" ON "rooms" ("tenant_id", "dm_key") WHERE "dm_key" IS NOT NULL AND "state" = 'open';
-- One open invitation per room and person.
CREATE UNIQUE INDEX "invitations_open" ON "invitations" ("tenant_id", "room_id", "invitee", "direction") WHERE "state" IN ('sending', 'pending');
CREATE INDEX "invitations_due" ON "invitations" ("expires_at") WHERE "state" IN ('sending', 'pending');
-- Streams read by (transaction, position): all rows of transactions below the oldest running one are there for good.
CREATE INDEX "events_stream" ON "events" ("tenant_id", "xid", "stream_position");
CREATE INDEX "notifications_stream" ON "notifications" ("tenant_id", "xid", "stream_position");
CREATE INDEX "events_target" ON "events" ("tenant_id", "room_id", "target_id") WHERE "target_id" IS NOT NULL;
CREATE INDEX "events_thread" ON "events" ("tenant_id", "room_id", "reply_to") WHERE "reply_to" IS NOT NULL;
CREATE INDEX "events_out" ON "events" ("tenant_id", "room_id", "out_seq") WHERE "out_seq" IS NOT NULL;
CREATE INDEX "events_unsigned" ON "events" ("tenant_id", "room_id", "room_seq") WHERE "jws" IS NULL;
CREATE INDEX "events_unsequenced" ON "events" ("tenant_id", "room_id") WHERE "room_seq" IS NULL;
CREATE INDEX "events_unverified" ON "events" ("tenant_id", "origin") WHERE "hidden" = 'unverified';
CREATE INDEX "control_events_queued" ON "control_events" ("tenant_id", "server_name", "out_seq") WHERE "state" = 'queued';
CREATE INDEX "peer_requests_waiting" ON "peer_requests" ("deadline_at") WHERE "state" = 'waiting';
CREATE INDEX "peers_due" ON "peers" ("next_attempt_at") WHERE "next_attempt_at" IS NOT NULL;
CREATE INDEX "rooms_backfill" ON "rooms" ("tenant_id") WHERE "backfill_state" IN ('wanted', 'running');

-- Timelines look mostly at the tail of a busy table: keep its statistics and visibility fresh.
ALTER TABLE "events" SET (autovacuum_vacuum_scale_factor = 0.02, autovacuum_analyze_scale_factor = 0.02);
ALTER TABLE "rooms" SET (fillfactor = 70);
ALTER TABLE "lanes" SET (fillfactor = 70);
ALTER TABLE "peers" SET (fillfactor = 70);

-- Row-level security: the app role sees only the tenant of its transaction; unset means no rows.
-- The fleet role (work across tenants) has a policy of its own and is granted table by table below.
DO $$
DECLARE
  t text;
  tenant_column text;
BEGIN
  FOR t IN SELECT c.relname FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
           WHERE n.nspname = current_schema() AND c.relkind = 'r' AND c.relname <> '_prisma_migrations'
  LOOP
    tenant_column := CASE WHEN t = 'tenants' THEN 'id' ELSE 'tenant_id' END;
    EXECUTE format('ALTER TABLE %I ENABLE ROW LEVEL SECURITY', t);
    EXECUTE format('ALTER TABLE %I FORCE ROW LEVEL SECURITY', t);
    EXECUTE format(
      'CREATE POLICY tenant_only ON %I TO scaiwave_app USING (%I = (SELECT NULLIF(current_setting(''app.tenant_id'', true), '''')::uuid))'
      || ' WITH CHECK (%I = (SELECT NULLIF(current_setting(''app.tenant_id'', true), '''')::uuid))',
      t, tenant_column, tenant_column);
    EXECUTE format('CREATE POLICY fleet ON %I TO scaiwave_fleet USING (true) WITH CHECK (true)', t);
    EXECUTE format('GRANT SELECT, INSERT, UPDATE, DELETE ON %I TO scaiwave_app', t);
  END LOOP;
END $$;
REVOKE INSERT, UPDATE, DELETE ON "tenants" FROM scaiwave_app;
REVOKE UPDATE, DELETE ON "audit_log" FROM scaiwave_app;
GRANT USAGE ON SEQUENCE "stream_position_seq" TO scaiwave_app, scaiwave_fleet;

GRANT SELECT, INSERT, UPDATE ON "tenants" TO scaiwave_fleet;
GRANT SELECT ON "peers", "lanes", "rooms", "control_events", "invitations", "peer_requests", "descriptors", "signing_keys" TO scaiwave_fleet;
GRANT SELECT ON "events" TO scaiwave_fleet;
