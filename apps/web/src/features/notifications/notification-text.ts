import type { Invitation, NotificationItem } from '../../api/types.js';
import { chatTexts } from '../../texts/en-chat.js';
import { errorSentence } from '../../texts/errors.js';
import { texts } from '../../texts/en.js';

/** What a notification's `data` may carry, by its kind; that of an invitation is the invitation. */
interface NotificationData {
  room_id?: string;
  event_id?: string;
  keyword?: string;
  count?: number;
  sender?: string;
  server_name?: string;
  by?: string;
  code?: string;
}

export interface NotificationText {
  title: string;
  detail: string | null;
  roomId: string | null;
  /** the message in that room, if it is about one */
  eventId?: string;
  /** It went wrong, whatever its kind. */
  isFailed?: boolean;
}

function invitationText(invitation: Partial<Invitation>, isOutcome: boolean): NotificationText {
  const room = invitation.room?.name ? `“${invitation.room.name}”` : texts.notifications.aRoom;
  const detail = invitation.error ? errorSentence(invitation.error.code, invitation.error.message) : null;
  const roomId = invitation.room?.id ?? null;
  const { notifications } = texts;
  if (!isOutcome) {
    const inviter = invitation.inviter?.fqid ?? texts.chat.someone;
    const isStillThere = invitation.state === 'accepted';
    const state = invitation.state && invitation.state !== 'pending' ? texts.invitations.states[invitation.state] : null;
    return { title: notifications.invitation(inviter, room), detail: state, roomId: isStillThere ? roomId : null };
  }
  const sentences = { accepted: notifications.accepted, declined: notifications.declined, expired: notifications.expired, revoked: notifications.revoked, failed: notifications.failed, pending: notifications.sent, sending: notifications.sent };
  const sentence = sentences[invitation.state ?? 'failed'];
  return { title: sentence(invitation.invitee ?? texts.chat.someone, room), detail, roomId, isFailed: invitation.state === 'failed' };
}

/** The sentence of a notification, and the room to which it leads; `roomName` knows the names of my rooms. */
export function textOfNotification(item: NotificationItem, roomName: (roomId: string) => string | null): NotificationText {
  const { server_name: serverName, by, room_id: roomId = null, event_id: eventId, keyword, count = 1, sender, code } = item.data as NotificationData;
  const server = serverName ?? by ?? texts.invite.theirServer;
  switch (item.kind) {
    case 'invitation':
    case 'invitation_outcome': return invitationText(item.data as Partial<Invitation>, item.kind === 'invitation_outcome');
    case 'mention': return { title: texts.notifications.mention(sender ?? texts.chat.someone), detail: roomId && roomName(roomId), roomId, eventId };
    case 'keyword': return { title: texts.notifications.keyword(sender ?? texts.chat.someone, keyword ?? ''), detail: roomId && roomName(roomId), roomId, eventId };
    case 'message': return { title: texts.notifications.messages(count, (roomId && roomName(roomId)) ?? texts.notifications.aRoom), detail: sender ?? null, roomId, eventId };
    case 'reminder': return { title: chatTexts.remind.told(sender ?? texts.chat.someone), detail: roomId && roomName(roomId), roomId, eventId };
    case 'severed': return { title: texts.notifications.severed(server), detail: null, roomId: null };
    case 'delivery_failed': return { title: texts.notifications.deliveryFailed(server), detail: code ? errorSentence(code) : null, roomId };
  }
}

/** Where a notification leads: its room, at the message that it is about. */
export function pathOf({ roomId, eventId }: NotificationText): string {
  if (!roomId) return '/';
  return eventId ? `/rooms/${roomId}?event=${eventId}` : `/rooms/${roomId}`;
}
