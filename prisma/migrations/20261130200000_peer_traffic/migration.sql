-- What went to each peer, in buckets of five minutes: only for the charts of the last day. Workers write it for all tenants at once.
CREATE TABLE "peer_traffic" (
    "tenant_id" UUID NOT NULL,
    "server_name" TEXT NOT NULL,
    "bucket_at" TIMESTAMPTZ(3) NOT NULL,
    "sent" INTEGER NOT NULL,
    "retried" INTEGER NOT NULL,
    "failed" INTEGER NOT NULL,
    "answered" INTEGER NOT NULL,
    "latency_ms" BIGINT NOT NULL,
    "latency_max_ms" INTEGER NOT NULL,

    CONSTRAINT "peer_traffic_pkey" PRIMARY KEY ("tenant_id","server_name","bucket_at")
);

CREATE INDEX "peer_traffic_bucket_at_idx" ON "peer_traffic"("bucket_at");

ALTER TABLE "peer_traffic" ENABLE ROW LEVEL SECURITY;
ALTER TABLE "peer_traffic" FORCE ROW LEVEL SECURITY;
CREATE POLICY tenant_only ON "peer_traffic" TO scaiwave_app USING (tenant_id = (SELECT NULLIF(current_setting('app.tenant_id', true), '')::uuid))
  WITH CHECK (tenant_id = (SELECT NULLIF(current_setting('app.tenant_id', true), '')::uuid));
CREATE POLICY fleet ON "peer_traffic" TO scaiwave_fleet USING (true) WITH CHECK (true);
GRANT SELECT ON "peer_traffic" TO scaiwave_app;
GRANT SELECT, INSERT, UPDATE, DELETE ON "peer_traffic" TO scaiwave_fleet;
