import { useInfiniteQuery, useMutation, useQueryClient } from '@tanstack/react-query';
import { api, dataOf, pageOf } from '../../api/client.js';
import { nowIso } from '../../api/clock.js';
import { keys } from '../../api/keys.js';
import type { OpenDelivery } from '../../api/types.js';
import { given } from '../../components/use-filter.js';

export const FILTERS = ['state', 'peer', 'room', 'from', 'to'] as const;
export type DeliveryFilter = Record<(typeof FILTERS)[number], string>;

const PAGE = 100;

export function useOpenDeliveries(filter: DeliveryFilter) {
  const query = { ...given(filter), limit: PAGE } as { state?: OpenDelivery['state'] };
  return useInfiniteQuery({
    queryKey: keys.openDeliveries(...Object.values(filter)),
    queryFn: ({ pageParam, signal }) => pageOf(api.GET('/v1/admin/federation/deliveries', { params: { query: { ...query, offset: pageParam } }, signal })),
    initialPageParam: 0,
    getNextPageParam: (last, pages) => (last.hasMore ? pages.length * PAGE : undefined),
    refetchInterval: 4_000,
    staleTime: 0,
  });
}

/** A delivery is an event on its way to one server. */
export function deliveryKey({ event_id: eventId, server_name: serverName }: OpenDelivery): string {
  return `${eventId} ${serverName}`;
}

/** What goes on by itself needs no help; and what travels outside of a room is sent again only where it was given up. */
export function mayRedeliver({ state, type, sender }: OpenDelivery): boolean {
  if (state === 'queued') return false;
  const isControl = sender === null;
  return isControl ? state === 'failed' && !['swp.room.invite', 'swp.room.invite.request', 'swp.peer.severed'].includes(type) : true;
}

export type Redelivery = { rows: readonly OpenDelivery[] } | { allFailed: Pick<DeliveryFilter, 'peer' | 'room'> };

async function redeliver(what: Redelivery): Promise<number> {
  const counts = await Promise.all(bodiesOf(what).map((body) => dataOf(api.POST('/v1/admin/federation/deliveries/redeliver', { body }))));
  return counts.reduce((sum, { events, control_events: control }) => sum + events + control, 0);
}

function bodiesOf(what: Redelivery) {
  if ('rows' in what) {
    const peers = [...new Set(what.rows.map((row) => row.server_name))];
    return peers.map((peer) => ({ peer, event_ids: [...new Set(what.rows.flatMap((row) => (row.server_name === peer ? [row.event_id] : [])))] }));
  }
  const { peer, room } = what.allFailed;
  return [{ to: nowIso(), ...(peer && { peer }), ...(room && { room_id: room }) }];
}

/** Resolves to how many deliveries were taken up again. */
export function useRedeliver() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: redeliver,
    onSettled: () => Promise.all([client.invalidateQueries({ queryKey: ['open-deliveries'] }), client.invalidateQueries({ queryKey: keys.peers })]),
  });
}
