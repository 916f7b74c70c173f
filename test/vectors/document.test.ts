import { readFileSync } from 'node:fs';
import { describe, expect, test } from '@jest/globals';
import { CONTROL_EVENT_TYPES, DEFAULT_POLICY, ENDPOINTS, ERROR_CATALOGUE, ROOM_EVENT_TYPES, isLater, type ErrorCode } from '@scaiwave/protocol';

const read = (path: string) => readFileSync(new URL(path, import.meta.url), 'utf8');
const document = read('../../docs/protocol.md');
const section = (n: number) => document.split(/^## \d+\. /m)[n] ?? '';

describe('docs/protocol.md', () => {
  const seen = (Object.keys(ERROR_CATALOGUE) as ErrorCode[]).filter((code) => ERROR_CATALOGUE[code].peerMaySee);
  test.each(seen)('lists %s with its status and retry class', (code) => {
    expect(section(17)).toMatch(new RegExp(`^\\| \`${code}\` \\| ${ERROR_CATALOGUE[code].status} \\| ${isLater(code) ? 'later ' : ''}\\|`, 'm'));
  });

  test('lists no code that a peer never sees', () => {
    const listed = [...section(17).matchAll(/^\| `(SW_[A-Z_]+)`/gm)].map(([, code]) => code);
    expect(new Set(listed)).toEqual(new Set(seen));
  });

  test.each([...ROOM_EVENT_TYPES, ...CONTROL_EVENT_TYPES])('has a row for %s', (type) => expect(section(6)).toContain(`\`${type.replace('swp.room.', '')}\``));
  test.each(Object.values(ENDPOINTS))('has the endpoint %s', (template) => expect(document).toContain(template.replace('/_scaiwave/federation/v1', '')));
  test.each(Object.keys(DEFAULT_POLICY))('has the policy member %s', (field) => expect(section(15)).toContain(`\`${field}\``));

  test('shows examples that are the vectors, byte for byte', () => {
    const interop = JSON.parse(read('interop.json')) as {
      public_key: string; kid: string; chain_0: string;
      events: [{ content: string; payload: string; payload_sha256: string; jws: string; chain: string }];
      requests: { headers: Record<string, string>; signature_base: string; body: string }[];
    };
    const [event] = interop.events;
    const [post, get] = interop.requests;
    const room = JSON.parse(read('room.json')) as { lane_to_beta: unknown[] };
    const events = JSON.parse(read('events.json')) as { valid: { content: string }[] };
    const descriptors = JSON.parse(read('descriptors.json')) as { body: string }[];
    const shown = [
      interop.public_key, interop.kid, interop.chain_0, ...Object.values(event), get!.signature_base, ...Object.entries(get!.headers).map(([name, value]) => `${name}: ${value}`),
      post!.body, `"content-digest": ${post!.headers['Content-Digest']}`, JSON.stringify(room.lane_to_beta[2]), events.valid[0]!.content, descriptors[0]!.body,
    ];
    expect(shown.filter((text) => typeof text === 'string' && !document.includes(text))).toEqual([]);
  });

  test('links to nothing that is not there', () => {
    const anchors = new Set([...document.matchAll(/^##+ (.+)$/gm)].map(([, title]) => `#${title!.toLowerCase().replace(/[^a-z0-9 -]/g, '').replaceAll(' ', '-')}`));
    expect([...document.matchAll(/\]\((#[^)]+)\)/g)].map(([, anchor]) => anchor!).filter((anchor) => !anchors.has(anchor))).toEqual([]);
  });
});
