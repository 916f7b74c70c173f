/** More of one message is not searched. */
const MOST = 16_000;

/** What of a message's content search finds; null: nothing, or its author does not want it found. */
export function searchableText(contentText: string | null): string | null {
  if (contentText === null) return null;
  const { body, do_not_index: isKeptOut } = JSON.parse(contentText) as { body?: unknown; do_not_index?: unknown };
  if (typeof body !== 'string' || body.trim() === '' || isKeptOut === true) return null;
  // A character of two units is not cut in half: Postgres could not keep what is left.
  return body.slice(0, MOST).toWellFormed();
}
