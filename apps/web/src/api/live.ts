import type { QueryClient } from '@tanstack/react-query';
import { api, ApiError, dataOf } from './client.js';
import { now } from './clock.js';
import { startHeartbeat } from './heartbeat.js';
import { keys, type QueryKey } from './keys.js';
import type { Outbox } from './outbox.js';
import { reduceFrame, type FrameContext, type LiveState } from './reduce-frame.js';
import { Stream, type ConnectionStatus, type Socket } from './stream.js';
import type { Timeline } from './timeline.js';
import type { Frame, Me, NotificationItem } from './types.js';

const REMEMBERED_FRAMES = 500;
const LIVE_ROOTS = new Set<string>(['rooms', 'room', 'timeline', 'thread', 'members', 'room-invitations', 'my-invitations', 'notifications']);
const ROOM_LISTS = { members: keys.members, typing: keys.typing } as const;
const GLOBAL_LISTS = { rooms: keys.rooms, myInvitations: keys.myInvitations, notifications: keys.notifications, presence: keys.presence } as const;

/** Lets frames flow from the stream through the reducer into the query caches. */
export class Live {
  private readonly client: QueryClient;
  private readonly me: Me;
  private readonly seen = new Set<string>();
  private recent: Frame[] = [];
  openRoomId: string | null = null;
  /** Something else could not reach the server: the stream looks whether it still does. */
  doubt: () => void = () => {};
  /** What has come just now, not what was applied before. */
  onNotification: (item: NotificationItem) => void = () => {};

  constructor(client: QueryClient, me: Me) {
    this.client = client;
    this.me = me;
  }

  apply(frames: Frame[]): void {
    for (const frame of frames) this.applyOne(frame);
  }

  /** A page that was asked for before a frame came may lack it: applies the recent frames of the room once more. */
  replay(roomId: string, timeline: Timeline): Timeline {
    const frames = this.recent.filter((frame) => frame.room_id === roomId);
    const context = this.contextOf(false);
    return frames.reduce((state, frame) => reduceFrame(state, frame, context).state, { timeline, threads: {} } as LiveState).timeline ?? timeline;
  }

  private contextOf(isNew: boolean): FrameContext {
    return { myId: this.me.participant_id, myFqid: this.me.fqid, openRoomId: document.hasFocus() ? this.openRoomId : null, isNew, nowMs: now() };
  }

  private applyOne(frame: Frame): void {
    const context = this.contextOf(this.remember(frame));
    const before = this.read(frame.room_id);
    const { state: after, stale } = reduceFrame(before, frame, context);
    this.write(frame.room_id, before, after);
    for (const key of stale) void this.client.invalidateQueries({ queryKey: key });
    this.healFetching(frame, stale);
    if (frame.type === 'notification' && context.isNew) this.onNotification(frame.notification as NotificationItem);
  }

  private remember(frame: Frame): boolean {
    if (frame.stream_position === undefined) return true;
    this.recent.push(frame);
    if (this.recent.length > REMEMBERED_FRAMES) this.recent = this.recent.slice(-REMEMBERED_FRAMES / 2);
    const id = `${frame.type} ${frame.id ?? frame.stream_position}`;
    const isNew = !this.seen.has(id);
    this.seen.add(id);
    return isNew;
  }

  /** A list that is on its way may have been read before this frame: ask once more when it is here. */
  private healFetching(frame: Frame, stale: QueryKey[]): void {
    const touched: QueryKey[] = [keys.rooms, keys.myInvitations, keys.notifications];
    if (frame.room_id) touched.push(keys.members(frame.room_id), keys.roomInvitations(frame.room_id));
    for (const queryKey of touched) {
      const query = this.client.getQueryCache().find({ queryKey });
      if (query?.state.fetchStatus !== 'fetching' || stale.includes(queryKey)) continue;
      void query.promise?.then(() => this.client.invalidateQueries({ queryKey }), () => {});
    }
  }

  private read(roomId: string | undefined): LiveState {
    const state: Record<string, unknown> = { threads: {} };
    for (const [field, key] of Object.entries(GLOBAL_LISTS)) state[field] = this.client.getQueryData(key);
    if (roomId) {
      state.timeline = this.client.getQueryData(keys.timeline(roomId));
      for (const [field, key] of Object.entries(ROOM_LISTS)) state[field] = this.client.getQueryData(key(roomId));
      const threads = this.client.getQueriesData<Timeline>({ queryKey: keys.threads(roomId) });
      state.threads = Object.fromEntries(threads.flatMap(([key, thread]) => (thread ? [[String(key[2]), thread]] : [])));
    }
    return state as unknown as LiveState;
  }

  private write(roomId: string | undefined, before: LiveState, after: LiveState): void {
    const put = (key: QueryKey, old: unknown, next: unknown) => {
      if (next !== undefined && next !== old) this.client.setQueryData(key, next);
    };
    for (const [field, key] of Object.entries(GLOBAL_LISTS)) put(key, before[field as keyof LiveState], after[field as keyof LiveState]);
    if (!roomId) return;
    put(keys.timeline(roomId), before.timeline, after.timeline);
    for (const [field, key] of Object.entries(ROOM_LISTS)) put(key(roomId), before[field as keyof LiveState], after[field as keyof LiveState]);
    for (const [rootId, thread] of Object.entries(after.threads)) put(keys.thread(roomId, rootId), before.threads[rootId], thread);
  }
}

function openSocket(since: string | null): Socket {
  const url = new URL('/v1/stream', window.location.href);
  url.protocol = url.protocol === 'https:' ? 'wss:' : 'ws:';
  if (since !== null) url.searchParams.set('since', since);
  return new WebSocket(url) as unknown as Socket;
}

function goOn(client: QueryClient, outbox: Outbox, status: ConnectionStatus): void {
  const before = client.getQueryData<ConnectionStatus>(keys.connection);
  client.setQueryData(keys.connection, status);
  if (status !== 'live' || before === 'live') return;
  outbox.flush();
  // What was said of people meanwhile was said to nobody: it is asked again.
  if (before === 'catching-up') client.setQueryData(keys.presence, {});
  void client.refetchQueries({ type: 'active', predicate: ({ state }) => state.status === 'error' });
}

/** Keeps the caches of `client` up to date, and sends what waits in the outbox, until the returned function is called. */
export function startLive(client: QueryClient, live: Live, outbox: Outbox): () => void {
  const reset = () => client.invalidateQueries({ predicate: ({ queryKey }) => LIVE_ROOTS.has(String(queryKey[0])) });
  const stream = new Stream({
    openSocket,
    sync: async (since) => {
      try {
        return await dataOf(api.GET('/v1/sync', { params: { query: { since, limit: 500, timeout: 0 } } }));
      } catch (error) {
        if (!(error instanceof ApiError) || error.status !== 400) throw error;
        // The server does not know this cursor any more (a restored backup): start over.
        await reset();
        return { events: [], next_cursor: since, has_more: false };
      }
    },
    schedule: (task, delayMs) => {
      const timer = setTimeout(task, delayMs);
      return () => clearTimeout(timer);
    },
    onFrames: (frames) => {
      live.apply(frames);
      for (const { id } of frames) if (id) outbox.drop(id);
    },
    onStatus: (status) => {
      goOn(client, outbox, status);
      heartbeat.beat();
    },
    onReset: () => void reset(),
    onSignedOut: () => void client.invalidateQueries({ queryKey: keys.me }),
  });
  const heartbeat = startHeartbeat((status) => stream.say({ type: 'presence', status }));
  const nudge = () => {
    if (document.visibilityState !== 'visible') return;
    stream.nudge();
    outbox.flush();
  };
  live.doubt = () => stream.nudge();
  stream.start();
  window.addEventListener('online', nudge);
  document.addEventListener('visibilitychange', nudge);
  return () => {
    window.removeEventListener('online', nudge);
    document.removeEventListener('visibilitychange', nudge);
    heartbeat.stop();
    stream.stop();
  };
}
