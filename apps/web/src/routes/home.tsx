import { IconMessages } from '@tabler/icons-react';
import { Empty } from '../components/loaded.js';
import { useRooms } from '../features/rooms/use-rooms.js';
import { useConfig, useSession } from '../features/session/session.js';
import { chatTexts } from '../texts/en-chat.js';
import { texts } from '../texts/en.js';

/** On a wide screen: what stands beside the room list. A narrow screen shows the room list instead. */
export function HomePage() {
  const { us } = useSession();
  const config = useConfig();
  const isNew = useRooms().data?.length === 0;
  const icon = <IconMessages size={48} stroke={1.2} />;
  if (isNew) return <Empty icon={icon} title={chatTexts.beginning.welcome(config.data?.display_name ?? us)} next={chatTexts.beginning.next} />;
  return <Empty icon={icon} title={texts.rooms.pick} />;
}
