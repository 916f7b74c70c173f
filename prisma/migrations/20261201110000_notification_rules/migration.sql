-- Whom a plain message may notify is asked for every message that is stored: these answer without looking at all members of a room.
CREATE INDEX "members_listening" ON "members" ("tenant_id", "room_id") WHERE "notification_mode" = 'all' AND "membership" = 'join';
CREATE INDEX "participants_listening" ON "participants" ("tenant_id", "fqid")
  WHERE "preferences" -> 'default_mode' = '"all"' OR ("preferences" -> 'keyword_alerts') <> '[]';
-- What is still unread of a room, for one person or for all who are notified of its messages.
CREATE INDEX "notifications_of_room" ON "notifications" ("tenant_id", ("data" ->> 'room_id'), "participant_id") WHERE "read_at" IS NULL AND "data" ? 'room_id';
