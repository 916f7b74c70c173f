import { Injectable } from '@nestjs/common';
import { Database, type Tx } from '@scaiwave/database';
import { MessageTextStore, type MessageName } from './message-text.store.js';
import { searchableText } from './searchable-text.js';

/** Entries of the stream that one transaction looks at. */
const AT_ONCE = 1_000;

/**
 * Takes into the search texts what has happened since it last looked: new messages, what edits made of them, and what redactions took
 * away. Safe to repeat; one at a time per tenant.
 */
@Injectable()
export class IndexMessages {
  constructor(
    private readonly db: Database,
    private readonly store: MessageTextStore,
  ) {}

  /** @returns whether there is more. `wait: false` leaves a tenant alone at which somebody else is. */
  run(tenantId: string, { wait }: { wait: boolean }): Promise<boolean> {
    return this.db.forTenant(tenantId, async (tx) => {
      const after = await this.store.lockProgress(tx, { wait });
      if (after === null) return false;
      const news = await this.store.listNews(tx, after, AT_ONCE);
      if (news.length === 0) return false;
      const named = new Map(news.flatMap(({ room_id: roomId, message_id: id }) => (id === null ? [] : [[`${roomId}/${id}`, { roomId, id }] as const])));
      if (named.size > 0) await this.take(tx, named);
      // What an older transaction may still put something before is taken now, and once more when that has ended.
      const last = news.findLast((entry) => entry.is_settled);
      if (last) await this.store.markProgress(tx, { xid: last.xid, position: last.stream_position });
      return news.length === AT_ONCE && last === news.at(-1);
    });
  }

  private async take(tx: Tx, named: Map<string, MessageName>): Promise<void> {
    const texts = (await this.store.listSources(tx, [...named.values()])).flatMap((source) => {
      const body = searchableText(source.content);
      return body === null ? [] : [{ ...source, body }];
    });
    for (const { room_id: roomId, id } of texts) named.delete(`${roomId}/${id}`);
    if (named.size > 0) await this.store.deleteTexts(tx, [...named.values()]);
    if (texts.length > 0) await this.store.upsertTexts(tx, texts);
  }
}
