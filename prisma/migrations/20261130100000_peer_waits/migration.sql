-- Since when a peer that is down is looked for, beside since when it has been failing: what it says in the meantime begins the first anew, not the second.
-- And until when a peer has asked us to wait (Retry-After): nothing that it says makes it due before.
ALTER TABLE "peers" ADD COLUMN "probing_since" TIMESTAMPTZ(3), ADD COLUMN "asked_to_wait_until" TIMESTAMPTZ(3);
