import { Injectable } from '@nestjs/common';
import { Database } from '@scaiwave/database';
import type { ErrorCode, TenantId } from '@scaiwave/protocol';
import { Clock, Logger } from '@scaiwave/telemetry';
import { LocalTenants, type LocalTenant } from '../../peers/outbound/local-tenants.js';
import { PeerRequests, PeerRequestStore, type PeerRequestKind, type PeerRequestRow } from '../../requests/index.js';
import { BackgroundTasks } from '../background-tasks.js';
import { AnswerDescriptor } from './answer-descriptor.js';
import { AnswerMedia } from './answer-media.js';
import { AnswerReads } from './answer-reads.js';
import { AnswerRoom } from './answer-room.js';

export type Answer = { ok: true; answer: unknown } | { ok: false; code: ErrorCode; by: string };
export interface Question {
  tenant: LocalTenant;
  row: PeerRequestRow;
}

/** Who answers what: every kind has exactly one. */
@Injectable()
export class Answers {
  private readonly byKind: Readonly<Record<PeerRequestKind, (question: Question) => Promise<Answer>>>;

  constructor(descriptor: AnswerDescriptor, reads: AnswerReads, room: AnswerRoom, media: AnswerMedia) {
    this.byKind = {
      descriptor: (question) => descriptor.run(question),
      profile: (question) => reads.profile(question),
      directory: (question) => reads.directory(question),
      status: (question) => reads.status(question),
      hello: (question) => reads.hello(question),
      members: (question) => room.members(question),
      backfill: (question) => room.backfill(question),
      media: (question) => media.run(question),
    };
  }

  async run(question: Question): Promise<Answer> {
    const answer = this.byKind[question.row.kind];
    return answer ? answer(question) : { ok: false, code: 'SW_INTERNAL', by: 'us' };
  }
}

/** What every answer needs of the process. */
@Injectable()
export class AnswerSettings {
  constructor(
    readonly tenants: LocalTenants,
    readonly clock: Clock,
    readonly logger: Logger,
    readonly tasks: BackgroundTasks,
  ) {}
}

/** Fetches on behalf of the API what only a worker may fetch, and writes the answer where the API looks for it. */
@Injectable()
export class AnswerRequest {
  private readonly running = new Set<string>();

  constructor(
    private readonly db: Database,
    private readonly requests: PeerRequests,
    private readonly store: PeerRequestStore,
    private readonly answers: Answers,
    private readonly settings: AnswerSettings,
  ) {}

  async run(tenantId: TenantId, requestId: string): Promise<void> {
    if (this.running.has(requestId)) return;
    this.running.add(requestId);
    let isBehind = false;
    try {
      const question = await this.find(tenantId, requestId);
      const answered = question && this.answer(question);
      // A file may take minutes: who waits for something else does not wait behind it.
      isBehind = question?.row.kind === 'media';
      if (isBehind) this.settings.tasks.background(Promise.resolve(answered).finally(() => this.running.delete(requestId)), 'a file of a peer');
      else await answered;
    } finally {
      if (!isBehind) this.running.delete(requestId);
    }
  }

  private async find(tenantId: TenantId, requestId: string): Promise<Question | null> {
    const { clock, tenants } = this.settings;
    const tenant = await tenants.findById(tenantId);
    const row = await this.db.readTenant(tenantId, (db) => this.store.findRequest(db, requestId));
    return row?.state === 'waiting' && tenant && row.deadline_at.getTime() > clock.now() ? { tenant, row } : null;
  }

  private async answer({ tenant, row }: Question): Promise<void> {
    const { clock } = this.settings;
    const answer = await this.fetch({ tenant, row });
    await this.db.forTenant(tenant.id, async (tx) => {
      if (answer.ok) await this.store.markDone(tx, row.id, { answer: answer.answer, at: clock.date() });
      else await this.store.markFailed(tx, row.id, { code: answer.code, by: answer.by, at: clock.date() });
      tx.afterCommit(() => this.requests.announce(row.id));
    });
  }

  private async fetch(question: Question): Promise<Answer> {
    if (question.tenant.state !== 'active') return { ok: false, code: 'SW_UNAVAILABLE', by: 'us' };
    try {
      return await this.answers.run(question);
    } catch (err) {
      const { tenant, row } = question;
      this.settings.logger.error({ err, tenantId: tenant.id, peerId: row.server_name, kind: row.kind }, 'What was asked of a peer could not be fetched.');
      return { ok: false, code: 'SW_INTERNAL', by: 'us' };
    }
  }
}
