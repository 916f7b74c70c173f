import type { SearchCursor } from '@scaiwave/core';
import { DomainError } from '@scaiwave/protocol';

const FORM = /^([ws])([0-9]{1,15})-([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})$/;

/** Opaque to clients: by what is searched, and the last place of the page before. */
export function formatSearchCursor({ at, id, isSimilar }: SearchCursor): string {
  return `${isSimilar ? 's' : 'w'}${Date.parse(at)}-${id}`;
}

/** @throws DomainError `SW_REQUEST_INVALID` */
export function parseSearchCursor(text: string): SearchCursor {
  const [, kind, ms, id] = FORM.exec(text) ?? [];
  const at = new Date(Number(ms));
  if (id === undefined || Number.isNaN(at.getTime())) throw new DomainError('SW_REQUEST_INVALID', { field: 'cursor', reason: 'this is no next_cursor of a search' });
  return { at: at.toISOString(), id, isSimilar: kind === 's' };
}
