import type { QueryClient } from '@tanstack/react-query';
import { api, dataOf } from './client.js';
import { storage } from './kept-text.js';
import { keys } from './keys.js';
import type { Live } from './live.js';
import { Outbox } from './outbox.js';

/** A server that has not answered by then is asked again. */
const SEND_TIMEOUT_MS = 30_000;

/** The outbox of one person, which sends by the client API and shows what it holds in the cache. */
export function openOutbox(client: QueryClient, live: Live, owner: string): Outbox {
  return new Outbox({
    owner,
    storage,
    send: async ({ id, roomId, content }) => {
      const data = await dataOf(api.POST('/v1/rooms/{room_id}/send', { params: { path: { room_id: roomId } }, body: { content, event_uuid: id }, signal: AbortSignal.timeout(SEND_TIMEOUT_MS) }));
      // As a frame: the parent's reply count and the room list change with it, once, whichever of the two comes first.
      live.apply([{ ...data, type: data.event_type, ts: data.created_at }]);
    },
    schedule: (task, delayMs) => {
      const timer = setTimeout(task, delayMs);
      return () => clearTimeout(timer);
    },
    onChange: (entries) => client.setQueryData(keys.outbox, entries),
    onUnreachable: () => live.doubt(),
  });
}

export function startOutbox(outbox: Outbox): () => void {
  const onStorage = ({ key, newValue }: StorageEvent) => outbox.storageChanged(key, newValue);
  outbox.start();
  window.addEventListener('storage', onStorage);
  return () => {
    window.removeEventListener('storage', onStorage);
    outbox.stop();
  };
}
