import { createHash } from 'node:crypto';
import type { Person, TestNetwork } from '@scaiwave/testing';
import { SERVERS, type PlannedRoom, type ServerKey } from './plan.js';

interface Place {
  seq: number;
  id: string;
  chain: string;
  payload: string;
  payloadHash: string;
}

type Room = { id: string; planned: PlannedRoom };

/** What is wrong with a room after all: every server that is in it must hold one sequence, gapless, with a chain that anybody can compute. */
export async function findTrouble(network: TestNetwork, room: Room, said: { accepted: ReadonlySet<string>; redacted: ReadonlySet<string> }): Promise<string[]> {
  const host = await placesOf(network, room.planned.host, room.id);
  const trouble = checkChain(room.id, host);
  const ids = host.map(({ id }) => id);
  for (const id of said.accepted) {
    const times = ids.filter((other) => other === id).length;
    if (times !== 1 && !(times === 0 && said.redacted.has(id))) trouble.push(`message ${id} was accepted and has ${times} places`);
  }
  for (const server of SERVERS) {
    if (server === room.planned.host || !(await isIn(network, room, server))) continue;
    const difference = firstDifference(host, await placesOf(network, server, room.id));
    if (difference !== null) trouble.push(`${server} holds another room than ${room.planned.host}: ${difference}`);
  }
  return trouble.map((what) => `room ${room.id} (${room.planned.host}): ${what}`);
}

/** What people see: bodies, reactions and redactions must be the same on every server that is in the room. */
export async function findShownDifferences(network: TestNetwork, room: Room, persons: Readonly<Record<ServerKey, Person>>): Promise<string[]> {
  const shown = new Map<ServerKey, string[]>();
  for (const server of SERVERS) if (server === room.planned.host || (await isIn(network, room, server))) shown.set(server, await shownBy(persons[server], room.id));
  const host = shown.get(room.planned.host)!;
  return [...shown].flatMap(([server, lines]) => {
    const at = lines.findIndex((line, index) => line !== host[index]);
    return lines.length === host.length && at === -1 ? [] : [`room ${room.id}: ${server} shows ${lines[Math.max(0, at)]}, ${room.planned.host} ${host[Math.max(0, at)]} (${lines.length} and ${host.length} messages)`];
  });
}

async function shownBy(person: Person, room: string): Promise<string[]> {
  const lines: string[] = [];
  for (let from = ''; ; ) {
    const { data, meta } = await person.call<any[]>('GET', `/v1/rooms/${room}/messages?limit=100${from}`);
    for (const event of data ?? []) {
      // What was redacted before it left is seen as removed by its own people only.
      if (event.event_type !== 'swp.room.message' || (event.room_seq === null && event.redacted_at !== null)) continue;
      const reactions = event.reactions.map((reaction: { emoji: string; count: number }) => `${reaction.emoji}${reaction.count}`).toSorted().join(' ');
      lines.push(`${event.room_seq} ${event.id} ${event.redacted_at === null ? event.content.body : 'redacted'} ${reactions}`);
    }
    if (!meta?.has_more) return lines;
    from = `&from=${String(meta.next_cursor)}`;
  }
}

function checkChain(roomId: string, places: readonly Place[]): string[] {
  let chain = createHash('sha256').update(roomId, 'ascii').digest();
  for (const [index, place] of places.entries()) {
    if (place.seq !== index + 1) return [`place ${index + 1} is missing: ${place.seq} follows`];
    const payloadHash = createHash('sha256').update(place.payload, 'utf8').digest();
    if (payloadHash.toString('hex') !== place.payloadHash) return [`the hash of ${place.id} is not that of its payload`];
    chain = createHash('sha256').update(chain).update(payloadHash).digest();
    if (chain.toString('hex') !== place.chain) return [`the chain breaks at place ${place.seq}`];
  }
  return [];
}

function firstDifference(host: readonly Place[], other: readonly Place[]): string | null {
  for (let index = 0; index < Math.max(host.length, other.length); index += 1) {
    const [a, b] = [sayPlace(host[index]), sayPlace(other[index])];
    if (a !== b) return `at place ${index + 1} ${a} there, ${b} here`;
  }
  return null;
}

function sayPlace(place: Place | undefined): string {
  return place === undefined ? 'nothing' : `${place.seq} ${place.id} ${place.chain.slice(0, 16)} ${place.payloadHash.slice(0, 16)}`;
}

async function placesOf(network: TestNetwork, server: string, roomId: string): Promise<Place[]> {
  const rows = await network.rows(server, `SELECT room_seq::int AS seq, id, encode(chain, 'hex') AS chain, payload, encode(payload_sha256, 'hex') AS payload_hash
    FROM events WHERE tenant_id = $1 AND room_id = $2 AND room_seq IS NOT NULL ORDER BY room_seq`, [roomId]);
  return rows.map((row) => ({ seq: row.seq, id: row.id, chain: row.chain, payload: row.payload, payloadHash: row.payload_hash }));
}

/** As the host says, which decides that: a server that thinks it has left is compared, too. */
async function isIn(network: TestNetwork, { id: roomId, planned }: Room, server: ServerKey): Promise<boolean> {
  const { serverName } = network.server(server);
  return (await network.rows(planned.host, `SELECT 1 FROM members WHERE tenant_id = $1 AND room_id = $2 AND server_name = $3 AND membership = 'join' LIMIT 1`, [roomId, serverName])).length > 0;
}
