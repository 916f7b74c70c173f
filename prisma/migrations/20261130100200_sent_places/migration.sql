-- The highest place of a lane that left in a request whose end is not known: it may be there.
ALTER TABLE "lanes" ADD COLUMN "sent_seq" BIGINT NOT NULL DEFAULT 0;
