-- Of people of other servers: when their presence was said, by the clock of who said it, and whether a room's host handed it on.
ALTER TABLE "participants" ADD COLUMN "presence_at" TIMESTAMPTZ(3), ADD COLUMN "presence_is_hearsay" BOOLEAN NOT NULL DEFAULT false;
