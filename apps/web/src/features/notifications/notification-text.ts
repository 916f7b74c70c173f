import type { ApiProblem, Invitation, NotificationItem, Participant } from '../../api/types.js';
import { errorSentence } from '../../texts/errors.js';
import { texts } from '../../texts/en.js';

/** What a notification's `data` may carry, by its kind. */
interface NotificationData {
  invitation?: Invitation;
  room_id?: string;
  room?: { id: string; name: string | null };
  event_id?: string;
  sender?: Participant;
  body?: string;
  server_name?: string;
  error?: ApiProblem | null;
  code?: string;
}

export interface NotificationText {
  title: string;
  detail: string | null;
  roomId: string | null;
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

/** The sentence of a notification, and the room to which it leads. */
export function textOfNotification(item: NotificationItem): NotificationText {
  const data = item.data as NotificationData & Partial<Invitation>;
  const server = data.server_name ?? texts.invite.theirServer;
  const roomId = data.room_id ?? data.room?.id ?? null;
  const code = data.error?.code ?? data.code;
  switch (item.kind) {
    case 'invitation':
    case 'invitation_outcome': return invitationText(data.invitation ?? (data as Partial<Invitation>), item.kind === 'invitation_outcome');
    case 'mention': return { title: texts.notifications.mention(data.sender?.display_name ?? texts.chat.someone), detail: data.body ?? data.room?.name ?? null, roomId };
    case 'severed': return { title: texts.notifications.severed(server), detail: null, roomId: null };
    case 'delivery_failed': return { title: texts.notifications.deliveryFailed(server), detail: code ? errorSentence(code) : null, roomId };
  }
}
