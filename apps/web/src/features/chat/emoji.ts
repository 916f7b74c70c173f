/** The emoji that are offered, by the names that people know from other chats. */
export const EMOJI: ReadonlyMap<string, string> = new Map([
  ['thumbsup', '👍'], ['thumbsdown', '👎'], ['heart', '❤️'], ['joy', '😂'], ['open_mouth', '😮'], ['cry', '😢'],
  ['tada', '🎉'], ['rocket', '🚀'], ['eyes', '👀'], ['white_check_mark', '✅'], ['x', '❌'], ['pray', '🙏'],
  ['fire', '🔥'], ['100', '💯'], ['clap', '👏'], ['thinking', '🤔'], ['smile', '😀'], ['wink', '😉'],
  ['heart_eyes', '😍'], ['sunglasses', '😎'], ['roll_eyes', '🙄'], ['sleeping', '😴'], ['handshake', '🤝'], ['muscle', '💪'],
  ['coffee', '☕'], ['pizza', '🍕'], ['ocean', '🌊'], ['globe', '🌐'], ['star', '⭐'], ['bulb', '💡'],
  ['wave', '👋'], ['raised_hands', '🙌'], ['blush', '😊'], ['sweat_smile', '😅'], ['sob', '😭'], ['warning', '⚠️'],
]);

/** The name that is being typed at `caret` after a colon, two letters or more: fewer are mostly something else. */
export function emojiAtCaret(text: string, caret: number): { from: number; query: string } | null {
  const query = /(?:^|[\s(]):([a-z0-9_]{2,})$/i.exec(text.slice(0, caret))?.[1];
  return query === undefined ? null : { from: caret - query.length - 1, query: query.toLowerCase() };
}

/** Names that begin with or contain the query; beginnings first. */
export function matchEmoji(query: string, limit: number): string[] {
  const found = [...EMOJI.keys()].filter((name) => name.includes(query));
  return found.sort((a, b) => Number(b.startsWith(query)) - Number(a.startsWith(query))).slice(0, limit);
}

/** `text` with the emoji for the name between two colons that ends at `caret`, and the caret behind it; null where there is none. */
export function withNamedEmoji(text: string, caret: number): { text: string; caret: number } | null {
  const name = /(?:^|[\s(]):([a-z0-9_]+):$/i.exec(text.slice(0, caret))?.[1]?.toLowerCase();
  const emoji = EMOJI.get(name ?? '');
  if (name === undefined || emoji === undefined) return null;
  const before = text.slice(0, caret - name.length - 2) + emoji;
  return { text: before + text.slice(caret), caret: before.length };
}
