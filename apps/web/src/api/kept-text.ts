/** What a person wrote and has not sent, in this browser's storage; null where the browser forbids that. */
export const storage: Storage | null = openStorage();

function openStorage(): Storage | null {
  try {
    return window.localStorage;
  } catch {
    return null;
  }
}

export function outboxPrefix(owner: string): string {
  return `sw-outbox:${owner}:`;
}

function draftPrefix(owner: string): string {
  return `sw-draft:${owner}:`;
}

/** The text in a composer. `place`: the room, or the thread. */
export function readDraft(owner: string, place: string): string {
  return storage?.getItem(draftPrefix(owner) + place) ?? '';
}

export function keepDraft(owner: string, place: string, text: string): void {
  const key = draftPrefix(owner) + place;
  try {
    if (text === '') storage?.removeItem(key);
    else storage?.setItem(key, text);
  } catch {
    // The storage is full: the draft lives as long as the page.
  }
}

export function keysWith(prefix: string, store: Storage | null = storage): string[] {
  return Array.from({ length: store?.length ?? 0 }, (_, index) => store?.key(index) ?? '').filter((key) => key.startsWith(prefix));
}

/** Who signs out leaves nothing behind for the next one at this computer. */
export function forgetWritten(owner: string): void {
  for (const key of [...keysWith(outboxPrefix(owner)), ...keysWith(draftPrefix(owner))]) storage?.removeItem(key);
}
