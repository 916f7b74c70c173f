import { createHash } from 'node:crypto';
import { Injectable, type CallHandler, type ExecutionContext, type NestInterceptor } from '@nestjs/common';
import { Database } from '@scaiwave/database';
import { DomainError } from '@scaiwave/protocol';
import { Clock } from '@scaiwave/telemetry';
import type { FastifyReply } from 'fastify';
import { from, lastValueFrom, type Observable } from 'rxjs';
import type { AuthedRequest } from '../auth/request-context.js';
import { IdempotencyStore } from './idempotency.store.js';

const KEY = /^[\x21-\x7e]{1,200}$/;

/** A write that carries an `Idempotency-Key` happens once: its repeat gets the first answer, another request under the same key 409. */
@Injectable()
export class Idempotency implements NestInterceptor {
  constructor(
    private readonly db: Database,
    private readonly store: IdempotencyStore,
    private readonly clock: Clock,
  ) {}

  async intercept(context: ExecutionContext, next: CallHandler): Promise<Observable<unknown>> {
    const request = context.switchToHttp().getRequest<AuthedRequest>();
    const key = request.headers['idempotency-key'];
    if (key === undefined || request.method === 'GET' || !request.actor) return next.handle();
    if (typeof key !== 'string' || !KEY.test(key)) throw new DomainError('SW_REQUEST_INVALID', { field: 'Idempotency-Key' });
    return from(this.once({ request, reply: context.switchToHttp().getResponse<FastifyReply>(), key, next }));
  }

  private async once(call: { request: AuthedRequest; reply: FastifyReply; key: string; next: CallHandler }): Promise<unknown> {
    const { request, reply, key, next } = call;
    const { actor } = request;
    if (!actor) return lastValueFrom(next.handle());
    const hash = createHash('sha256').update(`${request.method} ${request.url}\n`).update(Buffer.isBuffer(request.body) ? request.body : '').digest();
    const mine = { participantId: actor.participantId, key };
    const before = await this.db.forTenant(actor.tenant.id, (tx) => this.store.claim(tx, { ...mine, hash, at: this.clock.date() }));
    if (before) {
      if (!before.request_hash.equals(hash) || before.status === null) throw new DomainError('SW_IDEMPOTENCY_CONFLICT');
      reply.status(before.status);
      return before.body === null ? undefined : JSON.parse(before.body);
    }
    try {
      const answer = await lastValueFrom(next.handle(), { defaultValue: undefined });
      await this.db.forTenant(actor.tenant.id, (tx) => this.store.markDone(tx, { ...mine, status: reply.statusCode, body: answer === undefined ? null : JSON.stringify(answer) }));
      return answer;
    } catch (error) {
      // What was refused did not happen: the key may be used again.
      await this.db.forTenant(actor.tenant.id, (tx) => this.store.release(tx, mine));
      throw error;
    }
  }
}
