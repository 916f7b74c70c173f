-- The highest place of a lane that was ever settled. A lane that goes back, because the peer has lost what it had stored, gives up nothing at or
-- below it: it had been delivered in time, or was given up once.
ALTER TABLE "lanes" ADD COLUMN "settled_seq" BIGINT NOT NULL DEFAULT 0;
