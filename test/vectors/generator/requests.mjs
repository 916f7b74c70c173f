import { KEYS, NOW, ROOM, sha256, signBytes } from './base.mjs';

const CREATED = NOW / 1000;
const NONCE = 'AAECAwQFBgcICQoLDA0ODw';
const BODY = '{"batch_id":"01900000-0000-7000-8000-0000000000aa","events":[],"ephemeral":[]}';
/** BODY compressed once: another zlib would make other bytes. */
const GZIPPED = Buffer.from('H4sIAAAAAAACA6tWSkosSc6Iz0xRslIyMLQ0AAFdMGEOIixgXAhITFTSUUotS80rKVayio7VUUotyEjNTS1KzAFxawHaAoUATgAAAA==', 'base64');
const SEND = '/_scaiwave/federation/v1/send';
const BACKFILL = `/_scaiwave/federation/v1/rooms/${ROOM}/backfill`;
const digestOf = (body) => `sha-256=:${sha256(body).toString('base64')}:`;
const FIVE = ['"@method"', '"@path"', '"@query"', '"scaiwave-origin"', '"scaiwave-destination"'];
const PARAMETERS = [`created=${CREATED}`, `nonce="${NONCE}"`, `keyid="${KEYS.alpha.kid}"`, 'alg="ed25519"', 'tag="scaiwave-v1"'];

/** Builds and signs a request; every part can be replaced, so that wrong ones carry a signature that holds. */
const DEFAULTS = { method: 'POST', target: SEND, body: BODY, headers: [], parameters: PARAMETERS, more: {}, key: KEYS.alpha, label: 'sw' };
function signed(parts) {
  const { method, target, body, headers, components, parameters, more, key, label, digest } = { ...DEFAULTS, ...parts };
  const bytes = Buffer.from(body);
  const all = [['ScaiWave-Origin', 'alpha.test'], ['ScaiWave-Destination', 'beta.test'], ...(bytes.length > 0 ? [['Content-Digest', digest ?? digestOf(bytes)]] : []), ...headers];
  const covered = components ?? [...FIVE, ...(bytes.length > 0 ? ['"content-digest"'] : [])];
  const value = (component) => {
    const name = component.slice(1, -1);
    if (component in more) return more[component];
    if (name === '@method') return method;
    if (name === '@path') return target.split('?')[0];
    if (name === '@query') return target.includes('?') ? target.slice(target.indexOf('?')) : '?';
    return all.filter(([header]) => header.toLowerCase() === name).map(([, text]) => text.trim()).join(', ');
  };
  const input = `(${covered.join(' ')});${parameters.join(';')}`;
  const signature_base = [...covered.map((component) => `${component}: ${value(component)}`), `"@signature-params": ${input}`].join('\n');
  const signature = signBytes(signature_base, key).toString('base64');
  return { method, target, body_base64: bytes.toString('base64'), headers: [...all, ['Signature-Input', `${label}=${input}`], ['Signature', `${label}=:${signature}:`]], signature_base };
}

const ok = (name, parts = {}, at = NOW) => ({ name, now_ms: at, ...signed(parts), expect: { ok: true } });
/** A refused one: the signature base is the signer's, so it is left out. */
const no = (name, reason, ...[request, at = NOW]) => {
  const { signature_base: _, ...rest } = request;
  return { name, now_ms: at, ...rest, expect: { ok: false, code: 'SW_FED_SIGNATURE_MISMATCH', reason } };
};

function accepted() {
  const other = signed({ label: 'proxy', components: ['"@method"'], parameters: ['created=1'], key: KEYS.gamma });
  const withOther = signed({});
  withOther.headers = withOther.headers.map(([name, value], i) => {
    const theirs = other.headers[i];
    return name.startsWith('Signature') ? [name, `${theirs[1]}, ${value}`] : [name, value];
  });
  return [
    ok('send with a body'),
    ok('get with a query', { method: 'GET', target: `${BACKFILL}?from_seq=1&limit=10`, body: '' }),
    ok('get without a query', { method: 'GET', target: '/_scaiwave/federation/v1/status', body: '' }),
    ok('empty query is the same @query as none', { method: 'GET', target: '/_scaiwave/federation/v1/status?', body: '' }),
    ok('path as sent, percent-encoding untouched', { method: 'GET', target: '/_scaiwave/federation/v1/profile/%61lice?x=%2F', body: '' }),
    ok('parameters in another order', { parameters: PARAMETERS.toReversed() }),
    ok('components in another order', { components: ['"content-digest"', ...FIVE.toReversed()] }),
    ok('one component more', { headers: [['Content-Type', 'application/json']], components: [...FIVE, '"content-digest"', '"content-type"'] }),
    ok('derived component more', { headers: [['Host', 'Beta.test:443']], components: [...FIVE, '"content-digest"', '"@authority"'], more: { '"@authority"': 'beta.test' } }),
    ok('header in two lines, covered', { headers: [['X-Two', 'a'], ['X-Two', ' b ']], components: [...FIVE, '"content-digest"', '"x-two"'] }),
    ok('gzip: digest over the bytes on the wire', { body: GZIPPED, headers: [['Content-Encoding', 'gzip']] }),
    ok('digest with a second algorithm', { digest: `sha-512=:AAAA:, ${digestOf(BODY)}` }),
    ok('expires in the future', { parameters: [...PARAMETERS, `expires=${CREATED + 30}`] }),
    { name: 'other labels are ignored', now_ms: NOW, ...withOther, expect: { ok: true } },
    ok('sixty seconds old', {}, NOW + 60_999),
    ok('sixty seconds ahead', {}, NOW - 60_000),
  ];
}

const dropHeader = (request, name) => ({ ...request, headers: request.headers.filter(([header]) => header !== name) });
const setHeader = (request, name, value) => ({ ...request, headers: request.headers.map((pair) => (pair[0] === name ? [name, value] : pair)) });
const withParameter = (name, text) => PARAMETERS.flatMap((one) => (one.startsWith(`${name}=`) ? (text === null ? [] : [text]) : [one]));
const badParameter = (name, text, reason = 'parameters') => no(`${name} ${text === null ? 'missing' : `is ${text}`}`, reason, signed({ parameters: withParameter(name, text) }));

function badHeaders() {
  const good = signed({});
  return [
    no('no Signature', 'missing', dropHeader(good, 'Signature')),
    no('no Signature-Input', 'missing', dropHeader(good, 'Signature-Input')),
    no('another label only', 'missing', signed({ label: 'sig1' })),
    no('Signature-Input is no dictionary', 'malformed', setHeader(good, 'Signature-Input', 'sw=(')),
    no('Signature is no byte sequence', 'malformed', setHeader(good, 'Signature', 'sw="abc"')),
    no('signature of 63 bytes', 'malformed', setHeader(good, 'Signature', `sw=:${Buffer.alloc(63).toString('base64')}:`)),
    no('no origin', 'origin', dropHeader(good, 'ScaiWave-Origin')),
    no('origin twice', 'origin', { ...good, headers: [['scaiwave-origin', 'alpha.test'], ...good.headers] }),
    no('origin in upper case', 'origin', setHeader(good, 'ScaiWave-Origin', 'Alpha.test')),
    no('no destination', 'destination', dropHeader(good, 'ScaiWave-Destination')),
    no('destination twice', 'destination', { ...good, headers: [...good.headers, ['SCAIWAVE-DESTINATION', 'beta.test']] }),
    no('destination with a trailing dot', 'destination', setHeader(good, 'ScaiWave-Destination', 'beta.test.')),
    no('absolute-form target', 'target', signed({ target: `https://beta.test${SEND}` })),
  ];
}

function badComponents() {
  const six = [...FIVE, '"content-digest"'];
  return [
    ...six.map((left) => no(`does not cover ${left}`, 'components', signed({ components: six.filter((one) => one !== left) }))),
    no('covers the origin only as byte sequence', 'components', signed({ components: six.map((one) => (one === '"scaiwave-origin"' ? `${one};bs` : one)), more: { '"scaiwave-origin";bs': ':YWxwaGEudGVzdA==:' } })),
    no('covers a component twice', 'component_value', signed({ components: [...six, '"@method"'] })),
    no('covers a header that is absent', 'component_value', signed({ components: [...six, '"x-absent"'] })),
    no('covers an unknown derived component', 'component_value', signed({ components: [...six, '"@status"'] })),
    no('covers a component of the response', 'component_value', signed({ components: [...six, '"@authority";req'], headers: [['Host', 'beta.test']] })),
  ];
}

function badParameters() {
  return [
    badParameter('created', null), badParameter('created', `created="${CREATED}"`), badParameter('created', `created=${CREATED}.5`),
    badParameter('nonce', null, 'nonce'), badParameter('nonce', 'nonce="AAECAwQFBgcICQo"', 'nonce'), badParameter('nonce', 'nonce="AAECAwQFBgcICQ+LDA0ODw"', 'nonce'),
    badParameter('nonce', `nonce="${'A'.repeat(129)}"`, 'nonce'),
    badParameter('keyid', null), badParameter('keyid', `keyid="${KEYS.alpha.kid.slice(8)}"`),
    badParameter('alg', null), badParameter('alg', 'alg="Ed25519"'), badParameter('alg', 'alg=ed25519'),
    badParameter('tag', null), badParameter('tag', 'tag="scaiwave-v2"'),
  ];
}

function badDigests() {
  return [
    no('no Content-Digest with a body', 'components', dropHeader(signed({ components: FIVE }), 'Content-Digest')),
    no('digest of other bytes', 'digest', signed({ digest: digestOf('{}') })),
    no('digest of the bytes before gzip', 'digest', signed({ body: GZIPPED, digest: digestOf(BODY), headers: [['Content-Encoding', 'gzip']] })),
    no('only another algorithm', 'digest', signed({ digest: 'sha-512=:AAAA:' })),
    no('digest that is no dictionary', 'digest', signed({ digest: 'sha-256' })),
    no('digest of another body without a body', 'digest', signed({ method: 'GET', body: '', headers: [['Content-Digest', digestOf(BODY)]] })),
  ];
}

function badSignatures() {
  const good = signed({});
  const get = signed({ method: 'GET', target: `${BACKFILL}?from_seq=1`, body: '' });
  return [
    no('method changed', 'signature', { ...get, method: 'HEAD' }),
    no('path changed', 'signature', { ...good, target: `${SEND}/` }),
    no('query changed', 'signature', { ...get, target: `${BACKFILL}?from_seq=2` }),
    no('percent-encoding changed', 'signature', { ...get, target: `${BACKFILL.replace('rooms', '%72ooms')}?from_seq=1` }),
    no('origin changed', 'signature', setHeader(good, 'ScaiWave-Origin', 'gamma.test')),
    no('destination changed', 'signature', setHeader(good, 'ScaiWave-Destination', 'gamma.test')),
    no('parameter changed', 'signature', setHeader(good, 'Signature-Input', good.headers.find(([name]) => name === 'Signature-Input')[1].replace(`created=${CREATED}`, `created=${CREATED + 1}`))),
    no('signed by another key', 'signature', signed({ key: KEYS.gamma })),
    no('sixty-one seconds old', 'skew', good, NOW + 61_000),
    no('sixty-one seconds ahead', 'skew', good, NOW - 60_001),
    no('expired', 'expired', signed({ parameters: [...PARAMETERS, `expires=${CREATED + 1}`] }), NOW + 2_000),
  ];
}

export function buildRequests() {
  return [...accepted(), ...badHeaders(), ...badComponents(), ...badParameters(), ...badDigests(), ...badSignatures()];
}
