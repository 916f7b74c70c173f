import { Controller, Module } from '@nestjs/common';
import { ParticipantsModule, ParticipantStore, SearchMessages, SearchModule, type Actor, type SearchHit } from '@scaiwave/core';
import { Database } from '@scaiwave/database';
import { AuthModule } from '../auth/auth.module.js';
import { CurrentActor } from '../auth/request-context.js';
import { Endpoint, type InputOf } from '../http/endpoint.js';
import { Input } from '../http/input.js';
import { RateLimit } from '../http/rate-limit.js';
import { presentParticipant } from '../members/participant.presenter.js';
import { formatSearchCursor, parseSearchCursor } from './search-cursor.js';
import * as routes from './search.schema.js';

const SEARCHES_PER_MINUTE = 120;

@Controller()
export class SearchController {
  constructor(
    private readonly db: Database,
    private readonly searchMessages: SearchMessages,
    private readonly participants: ParticipantStore,
    private readonly limits: RateLimit,
  ) {}

  @Endpoint(routes.search)
  async search(@CurrentActor() actor: Actor, @Input() { body }: InputOf<typeof routes.search>) {
    this.limits.takeRare(`search/${actor.participantId}`, SEARCHES_PER_MINUTE);
    const cursor = body.cursor === undefined ? undefined : parseSearchCursor(body.cursor);
    const sender = body.from === undefined ? undefined : await this.#fqidOf(actor, body.from);
    // Nobody of this id is known here: nobody of this id has said anything.
    if (sender === null) return { data: [], meta: { has_more: false, next_cursor: null, is_similar: false } };
    const { query, room_id: roomId, after, before, limit } = body;
    const page = await this.searchMessages.run(actor, { query, roomId, sender, after, before, cursor, limit });
    return {
      data: await this.#present(actor, page.hits),
      meta: { has_more: page.next !== null, next_cursor: page.next && formatSearchCursor(page.next), is_similar: page.isSimilar },
    };
  }

  async #fqidOf(actor: Actor, participantId: string): Promise<string | null> {
    return (await this.db.readTenant(actor.tenant.id, (db) => this.participants.findById(db, participantId)))?.fqid ?? null;
  }

  async #present(actor: Actor, hits: readonly SearchHit[]) {
    const senders = [...new Set(hits.flatMap(({ event }) => event.sender ?? []))];
    const people = new Map((await this.db.readTenant(actor.tenant.id, (db) => this.participants.listByFqids(db, senders))).map((person) => [person.fqid, person]));
    return hits.map(({ event, saidAt, snippet }) => {
      const sender = event.sender === null ? undefined : people.get(event.sender);
      return {
        event_id: event.id, room_id: event.room_id, room_seq: event.room_seq, sender: sender ? presentParticipant(sender) : null, origin: event.origin,
        said_at: saidAt.toISOString(), edited_at: event.edited_at?.toISOString() ?? null, reply_to_event_id: event.reply_to, snippet,
      };
    });
  }
}

@Module({ imports: [SearchModule, ParticipantsModule, AuthModule], controllers: [SearchController] })
export class SearchHttpModule {}
