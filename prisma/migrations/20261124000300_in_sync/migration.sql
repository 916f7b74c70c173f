-- The last checkpoint of a room: made (host) or taken and found right (member). in_sync_at: when a member server last found one right.
ALTER TABLE "rooms" ADD COLUMN "checkpoint_seq" BIGINT NOT NULL DEFAULT 0, ADD COLUMN "in_sync_at" TIMESTAMPTZ(3);

-- The last checkpoint that the peer stored: it holds the same room up to there.
ALTER TABLE "lanes" ADD COLUMN "in_sync_seq" BIGINT, ADD COLUMN "in_sync_at" TIMESTAMPTZ(3);
