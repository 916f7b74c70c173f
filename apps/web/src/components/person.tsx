import { Avatar, Indicator, Text, type AvatarProps } from '@mantine/core';
import type { Participant, PresenceStatus } from '../api/types.js';
import { texts } from '../texts/en.js';

type Named = Pick<Participant, 'display_name' | 'fqid'> & { avatar_url?: string | null };

const PRESENCE_COLORS: Record<PresenceStatus, string> = { online: 'teal', idle: 'yellow', busy: 'red', appear_offline: 'gray', offline: 'gray' };
const AVATAR_COLORS = ['indigo', 'teal', 'grape', 'orange', 'cyan', 'pink', 'lime', 'violet'];

/** The same colour for a person everywhere, also on other people's screens: taken from the FQID, not from chance. */
function colorOf(fqid: string): string {
  let sum = 0;
  for (let i = 0; i < fqid.length; i++) sum = (sum * 31 + fqid.charCodeAt(i)) >>> 0;
  return AVATAR_COLORS[sum % AVATAR_COLORS.length] ?? 'gray';
}

function initialsOf(name: string): string {
  return name.split(/\s+/).slice(0, 2).map((word) => Array.from(word)[0] ?? '').join('').toUpperCase();
}

/** A person's picture or initials, with a presence dot if the presence is known. */
export function PersonAvatar({ person, presence, size = 36 }: { person: Named; presence?: PresenceStatus; size?: AvatarProps['size'] }) {
  const picture = <Avatar src={person.avatar_url ?? undefined} alt="" size={size} radius="xl" color={colorOf(person.fqid)}>{initialsOf(person.display_name)}</Avatar>;
  if (!presence) return picture;
  return (
    <Indicator color={PRESENCE_COLORS[presence]} position="bottom-end" offset={4} size={11} withBorder title={texts.presence[presence]}>
      {picture}
    </Indicator>
  );
}

/** How this server's people see a person's address: `@local_id` at home, the full FQID elsewhere. */
export function addressOf(person: Pick<Participant, 'local_id' | 'server_name' | 'fqid'>, us: string): string {
  return person.server_name === us ? `@${person.local_id}` : person.fqid;
}

export function Address({ person, us }: { person: Pick<Participant, 'local_id' | 'server_name' | 'fqid'>; us: string }) {
  return <Text size="xs" c="dimmed" className="sw-break">{addressOf(person, us)}</Text>;
}
