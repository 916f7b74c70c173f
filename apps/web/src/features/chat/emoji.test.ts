import { describe, expect, it } from '@jest/globals';
import { emojiAtCaret, matchEmoji, withNamedEmoji } from './emoji.js';

describe('emoji by name', () => {
  it.each([
    ['well :ta', 5, 'ta'],
    [':Rocket', 0, 'rocket'],
    ['(:ey', 1, 'ey'],
  ])('is looked for in "%s"', (text, from, query) => expect(emojiAtCaret(text, text.length)).toEqual({ from, query }));

  it.each(['at 10:30', 'https://x', 're:do', ':t', ': no', ':ta '])('is not looked for in "%s"', (text) => expect(emojiAtCaret(text, text.length)).toBeNull());

  it('lists those that begin so before those that contain it', () => {
    expect(matchEmoji('smile', 6)).toEqual(['smile', 'sweat_smile']);
    expect(matchEmoji('a', 3)).toHaveLength(3);
    expect(matchEmoji('zebra', 3)).toEqual([]);
  });

  it('stands for its name between two colons, where the caret is', () => {
    expect(withNamedEmoji('go :rocket: now', 11)).toEqual({ text: 'go 🚀 now', caret: 5 });
    for (const text of ['a:rocket:', ':zebra:', ':constructor:', '10:100:']) expect(withNamedEmoji(text, text.length)).toBeNull();
  });
});
