import { Text, Tooltip } from '@mantine/core';
import type { RoomEvent } from '../../api/types.js';
import { fullText } from '../../components/times.js';
import { texts } from '../../texts/en.js';
import { nameOf, useChat, type Chat } from './chat-context.js';

type MemberContent = { fqid?: string; participant_id?: string; membership?: string; display_name?: string; power_level?: number; reason?: string };

function personOf(event: RoomEvent, chat: Chat): { id: string | undefined; name: string } {
  const content = (event.content ?? {}) as MemberContent;
  const id = event.subject?.id ?? content.participant_id;
  const name = event.subject?.display_name ?? chat.people.get(id ?? '')?.display_name ?? content.display_name ?? content.fqid ?? nameOf(chat, event);
  return { id, name };
}

export function levelName(level: number): string {
  if (level >= 100) return texts.members.levels.owner;
  return level >= 50 ? texts.members.levels.moderator : texts.members.levels.member;
}

function memberText(event: RoomEvent, chat: Chat): string {
  const content = (event.content ?? {}) as MemberContent;
  const { membership } = content;
  const reason = typeof content.reason === 'string' ? content.reason : '';
  const { id, name } = personOf(event, chat);
  const by = nameOf(chat, event);
  const isByOther = Boolean(event.sender_id) && event.sender_id !== id;
  if (membership === 'ban') return texts.system.ban(name, by, reason);
  if (membership === 'leave') return isByOther ? texts.system.kick(name, by, reason) : texts.system.leave(name);
  // In a direct conversation ranks say nothing: whoever began it brought in the other.
  const rank = chat.room.room_type === 'dm' ? undefined : content.power_level;
  return isByOther && typeof rank === 'number' ? texts.system.power(name, levelName(rank)) : texts.system.join(name);
}

function textOf(event: RoomEvent, chat: Chat): string | null {
  const by = nameOf(chat, event);
  switch (event.event_type) {
    case 'swp.room.member': return memberText(event, chat);
    case 'swp.room.name': return texts.system.name(by, String(event.content?.name ?? ''));
    case 'swp.room.topic': return texts.system.topic(by, String(event.content?.topic ?? ''));
    case 'swp.room.state': return texts.system.state[String(event.content?.state)] ?? null;
    case 'swp.room.message': return event.content?.msgtype === 'swp.system' ? (event.content.body ?? null) : null;
    default: return null;
  }
}

export function isMessage(event: RoomEvent): boolean {
  return event.event_type === 'swp.room.message' && event.content?.msgtype !== 'swp.system';
}

/** A join, a new name: one quiet line. Kinds that this app does not know are left out. */
export function SystemLine({ event }: { event: RoomEvent }) {
  const text = textOf(event, useChat());
  if (!text) return null;
  return (
    <Tooltip label={fullText(event.created_at)}>
      <Text size="xs" c="dimmed" ta="center" py={6} px="md" className="sw-break">{text}</Text>
    </Tooltip>
  );
}
