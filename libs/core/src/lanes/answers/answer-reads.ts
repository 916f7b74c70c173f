import { Injectable } from '@nestjs/common';
import { directoryResponseSchema, formatFqid, localIdSchema, profileResponseSchema, statusResponseSchema } from '@scaiwave/protocol';
import { PeerHealth } from '../../peers/index.js';
import { DrainPeer } from '../drain-peer.js';
import { PeerPace } from '../peer-pace.js';
import { SendBatch } from '../send-batch.js';
import type { Answer, Question } from './answer-request.js';
import { AskPeer } from './ask-peer.js';

const NO_SENSE: Answer = { ok: false, code: 'SW_FED_PEER_UNREACHABLE', by: 'us' };

/** Reads that concern no room. What a peer says of people of other servers is not taken. */
@Injectable()
export class AnswerReads {
  constructor(
    private readonly ask: AskPeer,
    private readonly send: SendBatch,
    private readonly health: PeerHealth,
    private readonly drain: DrainPeer,
    private readonly pace: PeerPace,
  ) {}

  async profile({ tenant, row }: Question): Promise<Answer> {
    const localId = localIdSchema.safeParse(row.params.local_id);
    if (!localId.success) return { ok: false, code: 'SW_FED_USER_UNKNOWN', by: 'us' };
    const read = await this.ask.run(tenant, row.server_name, { endpoint: 'profile', values: { local_id: localId.data } });
    if (!read.ok) return read;
    const parsed = profileResponseSchema.safeParse(read.json);
    const isThat = parsed.success && parsed.data.data.fqid === formatFqid(localId.data, row.server_name);
    return isThat ? { ok: true, answer: parsed.data.data } : NO_SENSE;
  }

  async directory({ tenant, row }: Question): Promise<Answer> {
    const query = { q: String(row.params.q ?? ''), limit: Number(row.params.limit ?? 20) };
    const read = await this.ask.run(tenant, row.server_name, { endpoint: 'directory', query });
    if (!read.ok) return read;
    const parsed = directoryResponseSchema.safeParse(read.json);
    if (!parsed.success) return NO_SENSE;
    const own = parsed.data.data.filter((person) => person.server_name === row.server_name && person.fqid === formatFqid(person.local_id, row.server_name));
    return { ok: true, answer: own.slice(0, 100) };
  }

  async status({ tenant, row }: Question): Promise<Answer> {
    const read = await this.ask.run(tenant, row.server_name, { endpoint: 'status' });
    if (!read.ok) return read;
    const parsed = statusResponseSchema.safeParse(read.json);
    return parsed.success ? { ok: true, answer: parsed.data.data } : NO_SENSE;
  }

  /** Says that we are there: it wakes the other side, and if it answers, what waits here goes out. */
  async hello({ tenant, row }: Question): Promise<Answer> {
    const answer = await this.send.run(tenant, row.server_name, {});
    this.pace.learn({ tenant, to: row.server_name }, answer, { sent: 0 });
    if (answer.kind !== 'delivered') return NO_SENSE;
    // That it answers a hello does not say that it takes events: whether it is fine again, the drain finds out.
    await this.health.answered(tenant, row.server_name);
    await this.drain.run(tenant.id, row.server_name);
    return { ok: true, answer: null };
  }
}
