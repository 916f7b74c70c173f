import { KEYS, NOW, jws } from './base.mjs';

const DAY = 86_400_000;
const PATHS = {
  send: '/_scaiwave/federation/v1/send',
  profile: '/_scaiwave/federation/v1/profile/{local_id}',
  members: '/_scaiwave/federation/v1/rooms/{room_id}/members',
  backfill: '/_scaiwave/federation/v1/rooms/{room_id}/backfill',
};
const fixed = (changes = {}) => ({ server_name: 'alpha.test', public_key: KEYS.alpha.public_key, protocol_versions: ['v1'], endpoints: PATHS, ...changes });
const listed = (key, state, ...[valid_from, valid_until]) => ({ kid: key.kid, public_key: key.public_key, state, valid_from, valid_until });
const ROTATING = [
  listed(KEYS.alpha, 'active', NOW - DAY, null),
  listed(KEYS.alpha_retiring, 'retiring', NOW - 365 * DAY, NOW + 7 * DAY),
  listed(KEYS.alpha_retired, 'retired', NOW - 730 * DAY, NOW - 365 * DAY),
  listed(KEYS.alpha_next, 'next', NOW + DAY, null),
  listed(KEYS.alpha_revoked, 'revoked', NOW - 800 * DAY, NOW - 700 * DAY),
];
const full = (changes = {}) => fixed({ endpoints: { ...PATHS, status: '/_scaiwave/federation/v1/status' }, keys: ROTATING, valid_until: NOW + DAY, ...changes });
const over = (text, ...keys) => keys.map((by) => jws(text, { by, typ: 'swp-descriptor+jws' }));
const withJws = (value, list) => JSON.stringify({ ...value, jws: list });
const signed = (value, ...keys) => withJws(value, over(JSON.stringify(value), ...(keys.length > 0 ? keys : [KEYS.alpha])));

const ok = (name, body, expect = {}) => ({ name, server_name: 'alpha.test', now_ms: NOW, body, expect: { ok: true, ...expect } });
const no = (name, reason, body) => ({ name, server_name: 'alpha.test', now_ms: NOW, body, expect: { ok: false, reason } });

function accepted() {
  const both = { vouched_by: [KEYS.alpha.kid, KEYS.alpha_retiring.kid], kids: ROTATING.map((key) => key.kid), cache_until: NOW + DAY };
  const text = JSON.stringify(full());
  return [
    ok('only what every peer knows', JSON.stringify(fixed()), { vouched_by: [], kids: [KEYS.alpha.kid], cache_until: NOW + 3_600_000 }),
    ok('in a rotation, signed by both keys', signed(full(), KEYS.alpha, KEYS.alpha_retiring), both),
    ok('where there is a jws only its payload counts', withJws({ server_name: 'gamma.test', public_key: KEYS.gamma.public_key }, over(text, KEYS.alpha)), { ...both, vouched_by: [KEYS.alpha.kid] }),
    ok('validity further ahead than a day is cut to a day', JSON.stringify(fixed({ valid_until: NOW + 9 * DAY })), { vouched_by: [], kids: [KEYS.alpha.kid], cache_until: NOW + DAY }),
    ok('unknown members are ignored', JSON.stringify(fixed({ software: 'other 1.0', protocol_versions: ['v1', 'v2'] })), { vouched_by: [], kids: [KEYS.alpha.kid], cache_until: NOW + 3_600_000 }),
    ok('another version is a descriptor too; the request is then refused', JSON.stringify(fixed({ protocol_versions: ['v9'] })), { vouched_by: [], kids: [KEYS.alpha.kid], cache_until: NOW + 3_600_000 }),
  ];
}

function badKeys() {
  const lowOrder = `ed25519:${Buffer.alloc(32).toString('base64')}`;
  const notCanonical = `ed25519:${Buffer.from('edffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f', 'hex').toString('base64')}`;
  const order8 = `ed25519:${Buffer.from('c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac03fa', 'hex').toString('base64')}`;
  const other = { ...listed(KEYS.alpha, 'active', NOW, null), kid: KEYS.gamma.kid };
  return [
    no('empty key', 'bad_key', JSON.stringify(fixed({ public_key: '' }))),
    no('key of low order', 'bad_key', JSON.stringify(fixed({ public_key: lowOrder }))),
    no('key of order 8 with the sign bit', 'bad_key', JSON.stringify(fixed({ public_key: order8 }))),
    no('key that is no canonical point', 'bad_key', JSON.stringify(fixed({ public_key: notCanonical }))),
    no('key without padding', 'bad_key', JSON.stringify(fixed({ public_key: KEYS.alpha.public_key.replace('=', '') }))),
    no('key in base64url', 'bad_key', JSON.stringify(fixed({ public_key: `ed25519:${'_'.repeat(42)}8=` }))),
    no('kid of another key', 'bad_key', JSON.stringify(full({ keys: [other] }))),
    no('public_key is not the active one', 'bad_key', JSON.stringify(full({ public_key: KEYS.alpha_retiring.public_key }))),
    no('two active keys', 'bad_key', JSON.stringify(full({ keys: [listed(KEYS.alpha, 'active', NOW, null), listed(KEYS.gamma, 'active', NOW, null)] }))),
    no('a key listed twice', 'bad_key', JSON.stringify(full({ keys: [ROTATING[0], ROTATING[1], ROTATING[1]] }))),
  ];
}

function badSignatures() {
  const value = full();
  const text = JSON.stringify(value);
  const [good] = over(text, KEYS.alpha);
  return [
    no('signed by another server’s key under this kid', 'bad_jws', withJws(value, over(text, { ...KEYS.gamma, kid: KEYS.alpha.kid }))),
    no('signed by a key that is not listed', 'bad_jws', withJws(value, [good, ...over(text, KEYS.gamma)])),
    no('signed by a next key', 'bad_jws', withJws(value, [good, ...over(text, KEYS.alpha_next)])),
    no('signed by a retired key', 'bad_jws', withJws(value, [good, ...over(text, KEYS.alpha_retired)])),
    no('signed by a revoked key', 'bad_jws', withJws(value, [good, ...over(text, KEYS.alpha_revoked)])),
    no('not signed by the active key', 'bad_jws', withJws(value, over(text, KEYS.alpha_retiring))),
    no('two payloads', 'bad_jws', withJws(value, [good, ...over(`${text} `, KEYS.alpha_retiring)])),
    no('empty list of jws', 'bad_jws', withJws(value, [])),
    no('jws is no list', 'bad_jws', JSON.stringify({ ...value, jws: good })),
    no('jws with the header of an event', 'bad_jws', withJws(value, [jws(text)])),
    no('signature cut short', 'bad_jws', withJws(value, [good.slice(0, -4)])),
  ];
}

function badDocuments() {
  return [
    no('not JSON', 'not_json', '<html>'),
    no('not an object', 'not_json', '[]'),
    no('byte order mark', 'not_json', `\ufeff${JSON.stringify(fixed())}`),
    no('nested 33 deep', 'not_json', `{"x":${'['.repeat(32)}${']'.repeat(32)}}`),
    no('payload with a duplicate key', 'not_json', withJws({}, over(JSON.stringify(full()).replace('{', '{"server_name":"x.test",'), KEYS.alpha))),
    no('no server_name', 'shape', JSON.stringify(fixed({ server_name: undefined }))),
    no('no send endpoint', 'shape', JSON.stringify(fixed({ endpoints: { ...PATHS, send: undefined } }))),
    no('endpoint that is a whole URL', 'shape', JSON.stringify(fixed({ endpoints: { ...PATHS, send: 'https://evil.test/send' } }))),
    no('endpoint that names another host', 'shape', JSON.stringify(fixed({ endpoints: { ...PATHS, send: '//evil.test/send' } }))),
    no('endpoint that climbs', 'shape', JSON.stringify(fixed({ endpoints: { ...PATHS, send: '/a/../b' } }))),
    no('endpoint without its variable', 'shape', JSON.stringify(fixed({ endpoints: { ...PATHS, members: '/members' } }))),
    no('for another name', 'other_name', JSON.stringify(fixed({ server_name: 'beta.test' }))),
    no('over since more than a minute', 'expired', JSON.stringify(fixed({ valid_until: NOW - 60_001 }))),
  ];
}

export function buildDescriptors() {
  return [...accepted(), ...badKeys(), ...badSignatures(), ...badDocuments()];
}
