import { Injectable } from '@nestjs/common';
import type { ErrorCode, ServerName, StatusResponse } from '@scaiwave/protocol';
import { Clock } from '@scaiwave/telemetry';
import { z } from 'zod';
import type { Actor } from '../../participants/index.js';
import { PeerRequests } from '../../requests/index.js';

const TIMEOUT_MS = 6_000;
const MOST_LANES = 500;
/** What a peer says of an error is a stranger's text. */
const errorSchema = z.object({ code: z.string().max(100), message: z.string().max(1_000).default(''), at: z.int().nullable().default(null) });

type Lane = StatusResponse['data']['lanes'][number];

/** How a peer sees this server, as it says itself; or why that cannot be had now. Times in milliseconds. */
export type TheirView =
  | { isAnswered: true; lastSeen: number | null; lastError: z.infer<typeof errorSchema> | null; clockAheadMs: number; lanes: Lane[] }
  | { isAnswered: false; code: ErrorCode; by: string };

/** Asks one peer, now, what it knows about this server. Its answer is shown and not kept. */
@Injectable()
export class AskTheirView {
  constructor(
    private readonly requests: PeerRequests,
    private readonly clock: Clock,
  ) {}

  async run({ actor, serverName }: { actor: Actor; serverName: ServerName }): Promise<TheirView> {
    const asked = await this.requests.ask<StatusResponse['data']>(actor.tenant.id, { kind: 'status', serverName, timeoutMs: TIMEOUT_MS });
    if (!asked.ok) return { isAnswered: false, code: asked.code, by: asked.by };
    const { last_seen: lastSeen, last_error: error, clock, lanes } = asked.answer;
    const known = errorSchema.safeParse(error);
    return { isAnswered: true, lastSeen, lastError: known.success ? known.data : null, clockAheadMs: clock - this.clock.now(), lanes: lanes.slice(0, MOST_LANES) };
  }
}
