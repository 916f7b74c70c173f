import type { Fqid } from '@scaiwave/protocol';

/** Sent when the host of a room has let one of our people in, or has not. */
export function membershipSignal(roomId: string, fqid: Fqid): string {
  return `membership/${roomId}/${fqid}`;
}
