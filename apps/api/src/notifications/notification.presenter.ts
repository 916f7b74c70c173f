import { NOTIFICATION_KINDS, type NotificationRow } from '@scaiwave/core';
import { z } from 'zod';

export const notificationSchema = z.object({
  id: z.string(), kind: z.enum(NOTIFICATION_KINDS), data: z.record(z.string(), z.unknown()), read_at: z.iso.datetime().nullable(), created_at: z.iso.datetime(),
}).meta({ id: 'Notification' });

export function presentNotification(row: NotificationRow): z.infer<typeof notificationSchema> {
  return { id: row.id, kind: row.kind, data: row.data, read_at: row.read_at?.toISOString() ?? null, created_at: row.created_at.toISOString() };
}
