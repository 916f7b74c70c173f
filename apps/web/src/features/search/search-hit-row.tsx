import { Badge, Box, Group, Text } from '@mantine/core';
import { Link } from 'react-router';
import type { SearchHit } from '../../api/types.js';
import { PersonAvatar } from '../../components/person.js';
import { dayText, clockText } from '../../components/times.js';
import { texts } from '../../texts/en.js';
import { searchTexts } from '../../texts/en-search.js';
import { nameOfRoom, useRooms } from '../rooms/use-rooms.js';
import { useSession } from '../session/session.js';
import classes from './search.module.css';

/** Who wrote it, where and when, and the words around what was found. */
export function SearchHitRow({ hit, onLeave }: { hit: SearchHit; onLeave: () => void }) {
  const { us } = useSession();
  const room = useRooms().data?.find((each) => each.id === hit.room_id);
  const sender = hit.sender ?? { display_name: texts.chat.someone, fqid: hit.origin };
  return (
    <li>
      <Link to={`/rooms/${hit.room_id}?event=${hit.event_id}`} className={classes.hit} onClick={onLeave}>
        <PersonAvatar person={sender} size={32} />
        <Box flex={1} miw={0}>
          <Group gap="2px 6px">
            <Text span size="sm" fw={650} className="sw-break">{sender.display_name}</Text>
            {hit.origin !== us && <Badge size="xs" variant="light" color="gray" tt="none">{searchTexts.search.foreign(hit.origin)}</Badge>}
            <Text span size="xs" c="dimmed">{room ? nameOfRoom(room) : texts.notifications.aRoom} · <time dateTime={hit.said_at}>{dayText(hit.said_at)}, {clockText(hit.said_at)}</time></Text>
          </Group>
          <Text size="sm" className="sw-break">
            {hit.snippet.map((piece, at) => (piece.hit ? <mark key={at} className={classes.mark}>{piece.text}</mark> : <span key={at}>{piece.text}</span>))}
          </Text>
        </Box>
      </Link>
    </li>
  );
}
