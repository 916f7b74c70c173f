import { setTimeout as delay } from 'node:timers/promises';
import { Injectable } from '@nestjs/common';
import { Database } from '@scaiwave/database';
import { DomainError, mediaIdSchema, type MediaId } from '@scaiwave/protocol';
import { Clock } from '@scaiwave/telemetry';
import { MediaStores, WriteMedia } from '../../media/index.js';
import { PeeringRules } from '../../policy/index.js';
import { Turns } from '../../rooms/turns.js';
import { CallPeer, type PeerStream } from '../call-peer.js';
import { PeerContacts } from '../peer-contacts.js';
import type { Answer, Question } from './answer-request.js';
import { refusalOf } from './ask-peer.js';

const FETCH_WITHIN_MS = 120_000;
/** Of one peer: files that hang there keep nobody from files of others. */
const AT_ONCE = 4;
const MOST_FAILURES = 1_000;
/** Whether another worker, which was quicker, has finished. */
const LOOK_AGAIN_MS = 250;
const DIGEST = /(?:^|,)\s*sha-256=:([A-Za-z0-9+/]{43}=):/;
const UNREACHABLE: Answer = { ok: false, code: 'SW_FED_PEER_UNREACHABLE', by: 'us' };

interface Wanted extends Question {
  id: MediaId;
  /** when it was asked for */
  at: number;
}

/** Fetches one file: its bytes are hostile until they have been counted, hashed and looked at. */
@Injectable()
export class FetchMedia {
  constructor(
    private readonly db: Database,
    private readonly rules: PeeringRules,
    private readonly contacts: PeerContacts,
    private readonly call: CallPeer,
    private readonly write: WriteMedia,
  ) {}

  /** Null: another worker is at it. */
  async run({ tenant, row, id }: Pick<Wanted, 'tenant' | 'row' | 'id'>): Promise<Answer | null> {
    const to = row.server_name;
    const verdict = await this.db.readTenant(tenant.id, (db) => this.rules.decide(db, tenant, { serverName: to, purpose: 'third_party' }));
    if (!verdict.allowed) return { ok: false, code: verdict.code, by: 'us' };
    const contact = await this.contacts.find(tenant, to);
    if (!contact.ok) return { ok: false, code: contact.code, by: 'us' };
    const answer = await this.call.open({ tenant, to, contact, endpoint: 'media', values: { media_id: id }, timeoutMs: FETCH_WITHIN_MS });
    if (answer.kind === 'open') return this.store({ tenant, row, id }, answer);
    const refusal = refusalOf(answer, to);
    return refusal.code === 'SW_NOT_FOUND' ? { ...refusal, code: 'SW_MEDIA_NOT_FOUND' } : refusal;
  }

  private async store({ tenant, row, id }: Pick<Wanted, 'tenant' | 'row' | 'id'>, { headers, body }: Extract<PeerStream, { kind: 'open' }>): Promise<Answer | null> {
    const { maxBytes } = this.write.limits;
    body.on('error', () => undefined); // destroyed before its end it says so, also when nobody reads any more
    const digest = DIGEST.exec(headers['content-digest'] ?? '')?.[1];
    const stated = Number(headers['content-length'] ?? maxBytes);
    try {
      if (stated > maxBytes) throw new DomainError('SW_CONTENT_TOO_LARGE');
      if (digest === undefined) return UNREACHABLE;
      const isDone = await this.write.run(tenant, {
        origin: row.server_name, id, uploader: null, fileName: id, expectedBytes: stated > 0 ? stated : maxBytes, bytes: readable(body),
        verify: (sha256) => {
          if (sha256.toString('base64') !== digest) throw new DomainError('SW_FED_PEER_UNREACHABLE');
        },
      });
      return isDone ? { ok: true, answer: null } : null;
    } catch (error) {
      if (!(error instanceof DomainError)) throw error;
      return { ok: false, code: error.code === 'SW_REQUEST_INVALID' ? 'SW_FED_PEER_UNREACHABLE' : error.code, by: 'us' };
    } finally {
      body.destroy();
    }
  }
}

/** What breaks on the way is the peer's, not ours. */
async function* readable(body: AsyncIterable<unknown>): AsyncGenerator<Buffer> {
  try {
    for await (const bytes of body) yield bytes as Buffer;
  } catch {
    throw new DomainError('SW_FED_PEER_UNREACHABLE');
  }
}

/** However many ask for a file at the same time, it is fetched once, and they all hear the same. */
@Injectable()
export class AnswerMedia {
  private readonly turns = new Turns<Wanted, Answer>({ most: 1, atOnce: AT_ONCE, take: async ([wanted]) => [{ status: 'fulfilled', value: await this.take(wanted!) }] });
  private readonly failures = new Map<string, { at: number; answer: Answer }>();

  constructor(
    private readonly db: Database,
    private readonly stores: MediaStores,
    private readonly fetch: FetchMedia,
    private readonly clock: Clock,
  ) {}

  async run(question: Question): Promise<Answer> {
    const id = mediaIdSchema.safeParse(question.row.params.media_id);
    if (!id.success) return { ok: false, code: 'SW_MEDIA_NOT_FOUND', by: 'us' };
    const wanted = { ...question, id: id.data, at: this.clock.now() };
    return this.turns.run({ key: `${question.tenant.id} ${question.row.server_name}`, part: id.data }, wanted);
  }

  private async take(wanted: Wanted): Promise<Answer> {
    const { tenant, row, id, at } = wanted;
    const key = `${tenant.id} ${row.server_name} ${id}`;
    const failed = this.failures.get(key);
    if (failed && failed.at >= at) return failed.answer;
    while (row.deadline_at.getTime() > this.clock.now()) {
      const state = await this.look(wanted);
      const answer = state === 'absent' ? await this.fetch.run(wanted) : null;
      if (state === 'stored' || answer?.ok) return { ok: true, answer: null };
      if (answer) {
        if (this.failures.size >= MOST_FAILURES) this.failures.clear();
        this.failures.set(key, { at: this.clock.now(), answer });
        return answer;
      }
      await delay(LOOK_AGAIN_MS);
    }
    return { ok: false, code: 'SW_FED_TRY_LATER', by: 'us' };
  }

  private look({ tenant, row, id }: Wanted): Promise<'stored' | 'elsewhere' | 'absent'> {
    const key = { origin: row.server_name, id };
    return this.db.readTenant(tenant.id, async (db) => {
      if (await this.stores.media.findStored(db, key)) return 'stored';
      return (await this.stores.media.isBeingWritten(db, key, this.clock.date())) ? 'elsewhere' : 'absent';
    });
  }
}
