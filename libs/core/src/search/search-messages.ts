import { Injectable } from '@nestjs/common';
import { Database, type Db } from '@scaiwave/database';
import { DomainError } from '@scaiwave/protocol';
import { EventStore } from '../events/event.store.js';
import type { EventRow } from '../events/event-row.js';
import { MemberStore } from '../members/member.store.js';
import type { Actor } from '../participants/index.js';
import { buildSnippet, type Segment } from './build-snippet.js';
import { IndexMessages } from './index-messages.js';
import { MessageTextStore, type FoundText, type ReadableRoom, type TextFilter } from './message-text.store.js';
import { matchParts, matchWords, parseQuery, type Match, type Term } from './parse-query.js';
import { searchableText } from './searchable-text.js';

export interface SearchQuery {
  query: string;
  roomId?: string | undefined;
  sender?: string | undefined;
  after?: string | undefined;
  before?: string | undefined;
  cursor?: SearchCursor | undefined;
  limit: number;
}

/** Where a page ended. Parts of words are looked for only where no word begins so: later pages go on as the first one did. */
export interface SearchCursor {
  at: string;
  id: string;
  isSimilar: boolean;
}

export interface SearchHit {
  event: EventRow;
  saidAt: Date;
  snippet: Segment[];
}

export interface SearchPage {
  hits: SearchHit[];
  /** no word begins as was typed: these hold it inside of words, or something like it */
  isSimilar: boolean;
  next: SearchCursor | null;
}

const MOST_MS = 4_000;
/** A search takes in itself what no worker has yet; more than that waits for the workers. */
const MOST_BATCHES = 5;
const CANCELLED = '57014';

/** Finds messages in the rooms that somebody may read, newest first: words that begin with what was typed; if there are none, parts of words and what is misspelt. */
@Injectable()
export class SearchMessages {
  constructor(
    private readonly db: Database,
    private readonly texts: MessageTextStore,
    private readonly index: IndexMessages,
    private readonly members: MemberStore,
    private readonly events: EventStore,
  ) {}

  /** @throws DomainError `SW_ROOM_NOT_FOUND` for a room that the person may not read, `SW_SEARCH_TOO_BROAD` if it takes too long */
  async run(actor: Actor, search: SearchQuery): Promise<SearchPage> {
    const terms = parseQuery(search.query);
    if (terms.length === 0) return { hits: [], isSimilar: false, next: null };
    for (let batch = 0; batch < MOST_BATCHES && (await this.index.run(actor.tenant.id, { wait: true })); ) batch += 1;
    try {
      return await this.db.readTenant(actor.tenant.id, (db) => this.find(db, { actor, search, terms }));
    } catch (error) {
      if ((error as { code?: string }).code === CANCELLED) throw new DomainError('SW_SEARCH_TOO_BROAD');
      throw error;
    }
  }

  private async find(db: Db, { actor, search, terms }: { actor: Actor; search: SearchQuery; terms: Term[] }): Promise<SearchPage> {
    const readable = await this.members.listReadable(db, { fqid: actor.fqid, own: actor.tenant.serverName });
    const rooms = search.roomId === undefined ? readable : readable.filter(({ id }) => id === search.roomId);
    if (rooms.length === 0 && search.roomId !== undefined) throw new DomainError('SW_ROOM_NOT_FOUND');
    const find = (matches: Match[]): Promise<FoundText[]> =>
      this.texts.find(db, { rooms, matches, filter: filterOf(search), limit: search.limit + 1, mostMs: MOST_MS });
    const words = search.cursor?.isSimilar ? [] : await find(terms.map(matchWords));
    const isSimilar = words.length === 0 && (search.cursor === undefined || search.cursor.isSimilar);
    const found = isSimilar ? await find(terms.map(matchParts)) : words;
    const shown = found.slice(0, search.limit);
    const last = shown.at(-1);
    return {
      hits: await this.hitsOf(db, { shown, rooms, terms }),
      isSimilar: isSimilar && found.length > 0,
      next: found.length > search.limit && last ? { at: last.said_at.toISOString(), id: last.event_id, isSimilar } : null,
    };
  }

  /** The texts may be a moment behind: what is not said in this way any more is no hit. */
  private async hitsOf(db: Db, { shown, rooms, terms }: { shown: FoundText[]; rooms: readonly ReadableRoom[]; terms: Term[] }): Promise<SearchHit[]> {
    const byRoom = Map.groupBy(shown, (text) => text.room_id);
    const rows = (await Promise.all([...byRoom].map(([roomId, texts]) => this.events.findEvents(db, roomId, texts.map((text) => text.event_id))))).flat();
    const events = new Map(rows.map((row) => [`${row.room_id}/${row.id}`, row]));
    const since = new Map(rooms.map((room) => [room.id, room.since]));
    return shown.flatMap((text) => {
      const event = events.get(`${text.room_id}/${text.event_id}`);
      if (!event || !isShown(event, since.get(text.room_id) ?? null) || searchableText(event.edited_content ?? event.content) !== text.body) return [];
      return [{ event, saidAt: text.said_at, snippet: buildSnippet(text.body, terms) }];
    });
  }
}

function isShown(event: EventRow, since: Date | null): boolean {
  return event.hidden === null && event.redacted_by === null && (since === null || event.created_at >= since);
}

function filterOf({ sender, after, before, cursor }: SearchQuery): TextFilter {
  return { sender, after, before, from_at: cursor?.at, from_id: cursor?.id };
}
