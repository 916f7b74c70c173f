/** One line of words, numbers and the signs of prose, none of which begins a list, a link, a mention or anything else of Markdown; a dot or a colon only where a word ends. */
const PLAIN = /^[\p{L}\p{M}\p{Extended_Pictographic}"'(?](?:[\p{L}\p{M}\p{N}\p{Extended_Pictographic}\p{Emoji_Modifier}\u200d\ufe0f ,;?!()'"%€/–—…-]|[.:](?=[ .!?]|$))*$/u;

/** Whether Markdown makes of a text nothing but a paragraph with the very same letters. */
export function isPlain(text: string): boolean {
  return PLAIN.test(text) && !text.endsWith(' ');
}
