import { LIMITS } from './limits.js';

/**
 * The JSON of signed bytes (RFC 8259 narrowed as by RFC 7493). Two parsers must never read one text in two ways, so it refuses
 * duplicate keys, lone surrogates, U+0000, integers beyond 2^53−1 and nesting beyond 32.
 */
export type StrictJson = { ok: true; value: unknown } | { ok: false; reason: string };

class Refused extends Error {}

// oxlint-disable-next-line no-control-regex
const PLAIN = /[^"\\\u0000-\u001f]*/y;
const NUMBER = /-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?/y;
const SPACE = /[ \t\n\r]*/y;
const HEX = /[0-9a-fA-F]{4}/y;
const LONE_SURROGATE = /\p{Surrogate}/u;
const ESCAPES: Record<string, string> = { '"': '"', '\\': '\\', '/': '/', b: '\b', f: '\f', n: '\n', r: '\r', t: '\t' };
const LITERALS: [string, unknown][] = [['true', true], ['false', false], ['null', null]];

class Reader {
  private at = 0;
  private readonly text: string;
  constructor(text: string) {
    this.text = text;
  }

  document(): unknown {
    const value = this.value(1);
    this.space();
    if (this.at < this.text.length) throw new Refused('text after the end of the document');
    return value;
  }

  private value(depth: number): unknown {
    this.space();
    const char = this.text[this.at];
    if (char === '{' || char === '[') {
      if (depth > LIMITS.jsonDepth) throw new Refused(`nested deeper than ${LIMITS.jsonDepth}`);
      this.at++;
      return char === '{' ? this.object(depth) : this.array(depth);
    }
    if (char === '"') return this.string();
    for (const [word, value] of LITERALS) {
      if (this.text.startsWith(word, this.at)) {
        this.at += word.length;
        return value;
      }
    }
    return this.number();
  }

  private object(depth: number): Record<string, unknown> {
    const object: Record<string, unknown> = {};
    if (this.takes('}')) return object;
    do {
      this.space();
      const key = this.string();
      if (Object.hasOwn(object, key)) throw new Refused('duplicate key');
      this.expect(':');
      const value = this.value(depth + 1);
      // Plain assignment of "__proto__" would set the prototype and lose the member.
      if (key === '__proto__') Object.defineProperty(object, key, { value, enumerable: true, configurable: true, writable: true });
      else object[key] = value;
    } while (this.takes(','));
    this.expect('}');
    return object;
  }

  private array(depth: number): unknown[] {
    const array: unknown[] = [];
    if (this.takes(']')) return array;
    do array.push(this.value(depth + 1));
    while (this.takes(','));
    this.expect(']');
    return array;
  }

  private string(): string {
    if (this.text[this.at] !== '"') throw new Refused('not JSON');
    this.at++;
    let result = '';
    for (;;) {
      result += this.match(PLAIN) ?? '';
      const char = this.text[this.at++];
      if (char === '"') break;
      if (char !== '\\') throw new Refused('not JSON');
      result += this.escape();
    }
    if (result.includes('\0')) throw new Refused('U+0000 in a string');
    if (LONE_SURROGATE.test(result)) throw new Refused('lone surrogate in a string');
    return result;
  }

  private escape(): string {
    const char = this.text[this.at++] ?? '';
    if (char !== 'u') {
      const plain = ESCAPES[char];
      if (plain === undefined) throw new Refused('not JSON');
      return plain;
    }
    const hex = this.match(HEX);
    if (hex === null) throw new Refused('not JSON');
    return String.fromCharCode(Number.parseInt(hex, 16));
  }

  private number(): number {
    const text = this.match(NUMBER);
    if (text === null) throw new Refused('not JSON');
    const value = Number(text);
    if (!Number.isFinite(value)) throw new Refused('number out of range');
    if (Number.isInteger(value) && !Number.isSafeInteger(value)) throw new Refused('integer beyond 2^53-1');
    return value;
  }

  private match(pattern: RegExp): string | null {
    pattern.lastIndex = this.at;
    const found = pattern.exec(this.text)?.[0] ?? null;
    if (found !== null) this.at += found.length;
    return found;
  }

  private space(): void {
    this.match(SPACE);
  }

  private takes(char: string): boolean {
    this.space();
    if (this.text[this.at] !== char) return false;
    this.at++;
    return true;
  }

  private expect(char: string): void {
    if (!this.takes(char)) throw new Refused('not JSON');
  }
}

/** Parses a JSON text under the strict rules for signed bytes. */
export function parseStrictJson(text: string): StrictJson {
  try {
    return { ok: true, value: new Reader(text).document() };
  } catch (error) {
    if (error instanceof Refused) return { ok: false, reason: error.message };
    throw error;
  }
}

/** Is this a JSON object (not null, not an array)? */
export function isJsonObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** Deepest nesting of a JSON text in bytes, found without parsing it; stops counting at `limit` + 1. */
export function jsonDepthOf(bytes: Uint8Array, limit: number): number {
  let depth = 0;
  let deepest = 0;
  for (let i = 0; i < bytes.length && deepest <= limit; i++) {
    const byte = bytes[i];
    if (byte === 0x22) i = endOfString(bytes, i + 1);
    else if (byte === 0x7b || byte === 0x5b) deepest = Math.max(deepest, ++depth);
    else if (byte === 0x7d || byte === 0x5d) depth--;
  }
  return deepest;
}

function endOfString(bytes: Uint8Array, from: number): number {
  for (let i = from; i < bytes.length; i++) {
    if (bytes[i] === 0x5c) i++;
    else if (bytes[i] === 0x22) return i;
  }
  return bytes.length;
}
