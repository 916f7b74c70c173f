import { Injectable } from '@nestjs/common';
import { AnswerRequest } from '@scaiwave/core';
import type { TenantId } from '@scaiwave/protocol';
import { createRequestWorker, RedisClients, type RunningWorker } from '@scaiwave/redis';

/** Many at once: most of them wait for an answer from abroad, and somebody here waits for each of them. */
const CONCURRENCY = 64;

/** Turns wake-ups of the request queue into answers; never behind deliveries. */
@Injectable()
export class RequestProcessor {
  private worker: RunningWorker | undefined;

  constructor(
    private readonly answer: AnswerRequest,
    private readonly redis: RedisClients,
  ) {}

  start({ pool }: { pool: string }): void {
    this.worker = createRequestWorker({ redis: this.redis, pool, concurrency: CONCURRENCY }, (tenantId, requestId) => this.answer.run(tenantId as TenantId, requestId));
  }

  async stop(): Promise<void> {
    await this.worker?.close();
  }
}
