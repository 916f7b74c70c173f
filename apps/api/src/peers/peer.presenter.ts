import { settingsOf, type PeerOverview, type Severance, type TheirView } from '@scaiwave/core';
import { fingerprintOf } from '@scaiwave/protocol/node';
import type { z } from 'zod';
import type { peerSchema, severanceSchema } from './peer.schema.js';

export type PeerJson = z.infer<typeof peerSchema>;

/** A peer that has been failing for less than this is being retried; after it, it is down. */
const DOWN_AFTER_MS = 300_000;
const MODES = { Discovered: 'discovered', TrustOnFirstUse: 'trust_on_first_use', Pinned: 'pinned' } as const;

/** One peer as an admin sees it. `shown`: the fingerprint that it publishes now, where that is not the trusted one. */
export function presentPeer(peer: PeerOverview, now: number, shown?: string | null): PeerJson {
  const { row, verdict } = peer;
  return {
    server_name: row.server_name,
    state: stateOf(peer, now),
    last_seen: timeOf(row.last_seen_at),
    last_success: timeOf(row.last_success_at),
    last_error: row.last_error_code !== null && row.last_error_at !== null ? { code: row.last_error_code, message: row.last_error_message ?? '', at: row.last_error_at.toISOString() } : null,
    failing_since: timeOf(row.failing_since),
    next_attempt_at: timeOf(row.next_attempt_at),
    attempts: row.attempts,
    backlog: peer.backlog,
    oldest_pending_at: timeOf(peer.oldestPendingAt),
    shared_rooms: peer.sharedRooms,
    in_sync_at: timeOf(peer.inSyncAt),
    rooms: peer.rooms.map(presentRoom),
    trust: trustOf(peer, shown ?? null),
    theirs: null,
    declared_by: row.declaration === null ? (peer.isAllowedByName ? 'admin' : null) : 'provider',
    declared_in: row.declaration_resource,
    policy: { accepted: verdict.allowed, rule: verdict.allowed ? null : verdict.rule },
  };
}

/** A peer's own words: times that no date can hold are left out. */
export function presentTheirView(view: TheirView): NonNullable<PeerJson['theirs']> {
  if (!view.isAnswered) return { is_answered: false, code: view.code, by: view.by };
  return {
    is_answered: true,
    last_seen: toldTimeOf(view.lastSeen),
    last_error: view.lastError && { code: view.lastError.code, message: view.lastError.message, at: toldTimeOf(view.lastError.at) },
    clock_ahead_ms: view.clockAheadMs,
    rooms: view.lanes.map(({ room_id, direction, state, acked_seq }) => ({ room_id, direction, state, position: acked_seq })),
  };
}

const MOST_ROOMS = 500;

export function presentSeverance(serverName: string, severance: Severance, isDryRun: boolean): z.infer<typeof severanceSchema> {
  const { rooms, people, undelivered, invitations } = severance;
  return {
    server_name: serverName, dry_run: isDryRun, room_count: rooms.length, people, undelivered_events: undelivered, open_invitations: invitations,
    rooms: rooms.slice(0, MOST_ROOMS).map(({ room_id, name, host, ours, theirs }) => ({ room_id, name, host, people: { ours: ours.length, theirs: theirs.length } })),
  };
}

function presentRoom({ room_id, name, host, direction, state, position, target, in_sync_seq, in_sync_at, error }: PeerOverview['rooms'][number]): PeerJson['rooms'][number] {
  const behind = target === null ? null : Math.max(0, target - position);
  return { room_id, name, host, direction, state, position, behind, in_sync_seq, in_sync_at: timeOf(in_sync_at), error: error && presentMismatch(error) };
}

/** What stopped the lane, and from which place on the two histories differ, once they were compared. */
function presentMismatch(error: Record<string, unknown>): NonNullable<PeerJson['rooms'][number]['error']> {
  const { code, reason, room_seq: roomSeq, first_differing_seq: first, compared_at: comparedAt } = error;
  return {
    code: String(code), reason: String(reason), room_seq: numberOf(roomSeq), first_differing_seq: numberOf(first),
    compared_at: typeof comparedAt === 'number' ? new Date(comparedAt).toISOString() : null,
  };
}

function numberOf(value: unknown): number | null {
  return typeof value === 'number' ? value : null;
}

function stateOf({ row }: PeerOverview, now: number): PeerJson['state'] {
  if (row.admin_state !== 'active') return row.admin_state;
  if (row.verdict === 'refuses_us') return 'refused';
  if (row.verdict === 'busy') return 'retrying';
  if (row.verdict === 'down') return now - (row.failing_since?.getTime() ?? now) < DOWN_AFTER_MS ? 'retrying' : 'down';
  return row.last_seen_at === null && row.last_success_at === null ? 'unknown' : 'ok';
}

function trustOf({ row, keys }: PeerOverview, shown: string | null): PeerJson['trust'] {
  const kids = keys.map((key) => ({ kid: key.kid, state: key.state, fingerprint: fingerprintOf(key.public_key), valid_until: timeOf(key.valid_until) }));
  return {
    mode: MODES[settingsOf(row).trustMode],
    fingerprint: shown ?? kids.find((key) => key.state === 'active')?.fingerprint ?? null,
    key_changed_at: timeOf(row.key_changed_at),
    kids,
  };
}

function toldTimeOf(ms: number | null): string | null {
  const date = ms === null ? null : new Date(ms);
  return date === null || Number.isNaN(date.getTime()) ? null : date.toISOString();
}

function timeOf(date: Date | null): string | null {
  return date?.toISOString() ?? null;
}
