/** The numbers of the protocol. Times in milliseconds unless the name says otherwise, sizes in bytes. */
export const LIMITS = {
  batchEvents: 100,
  batchEphemerals: 100,
  bodyBytes: 1_048_576,
  jsonDepth: 32,
  contentBytes: 65_536,
  descriptorBytes: 65_536,
  clockDriftMs: 60_000,
  ownClockAheadMs: 1_000,
  nonceMemoryMs: 130_000,
  inviteLifetimeMs: 604_800_000,
  editWindowMs: 86_400_000,
  giveUpAfterMs: 86_400_000,
  backfillDefault: 100,
  backfillMax: 1_000,
  backfillBytes: 4_194_304,
  checkpointEvery: 100,
  checkpointIdleMs: 600_000,
  descriptorValidityMs: 86_400_000,
  descriptorDefaultCacheMs: 3_600_000,
  descriptorTimeoutMs: 5_000,
  callerTimeoutMs: 30_000,
  answerWithinMs: 10_000,
  presenceEveryMs: 5_000,
  moderatorPower: 50,
  ownerPower: 100,
  requestsPerSecond: 20,
  eventsPerSecond: 2_000,
} as const;

export const PROTOCOL_VERSION = 'v1';
export const WELL_KNOWN_PATH = '/.well-known/scaiwave/server';
const BASE = '/_scaiwave/federation/v1';

/** Our own path templates, as published in the descriptor. A peer's are read from its descriptor. */
export const ENDPOINTS = {
  send: `${BASE}/send`,
  profile: `${BASE}/profile/{local_id}`,
  members: `${BASE}/rooms/{room_id}/members`,
  backfill: `${BASE}/rooms/{room_id}/backfill`,
  directory: `${BASE}/directory`,
  call_token: `${BASE}/calls/{call_id}/token`,
  media: `${BASE}/media/{media_id}`,
  status: `${BASE}/status`,
} as const;
export type EndpointName = keyof typeof ENDPOINTS;

/**
 * Fills a path template; every value is percent-encoded.
 * @throws TypeError when a variable of the template has no value
 */
export function expandTemplate(template: string, values: Record<string, string> = {}): string {
  return template.replace(/\{([a-z_]+)\}/g, (_, name: string) => {
    const value = values[name];
    if (value === undefined) throw new TypeError(`no value for {${name}} in ${template}`);
    return encodeURIComponent(value);
  });
}
