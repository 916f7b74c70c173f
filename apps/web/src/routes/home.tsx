import { IconMessages } from '@tabler/icons-react';
import { Empty } from '../components/loaded.js';
import { texts } from '../texts/en.js';

/** On a wide screen: what stands beside the room list. A narrow screen shows the room list instead. */
export function HomePage() {
  return <Empty icon={<IconMessages size={48} stroke={1.2} />} title={texts.rooms.pick} />;
}
