import { Injectable } from '@nestjs/common';
import { roomIdSchema } from '@scaiwave/protocol';
import { Backfill } from '../backfill/backfill.js';
import { PullMembers } from '../backfill/pull-members.js';
import type { Answer, Question } from './answer-request.js';

const UNKNOWN: Answer = { ok: false, code: 'SW_ROOM_NOT_FOUND', by: 'us' };

/** Reads about one room of the peer's. */
@Injectable()
export class AnswerRoom {
  constructor(
    private readonly pull: PullMembers,
    private readonly fill: Backfill,
  ) {}

  async members({ tenant, row }: Question): Promise<Answer> {
    const roomId = roomIdSchema.safeParse(row.params.room_id);
    if (!roomId.success) return UNKNOWN;
    const pulled = await this.pull.run(tenant, { roomId: roomId.data, host: row.server_name });
    return pulled.ok ? { ok: true, answer: pulled.members } : pulled;
  }

  async backfill({ tenant, row }: Question): Promise<Answer> {
    const roomId = roomIdSchema.safeParse(row.params.room_id);
    if (!roomId.success) return UNKNOWN;
    return { ok: true, answer: await this.fill.run(tenant, roomId.data) };
  }
}
