import { createPrivateKey, createPublicKey, sign } from 'node:crypto';
import { describe, expect, test } from '@jest/globals';
import { httpbis } from 'http-message-signatures';
import { parseDictionary } from 'structured-headers';
import { signingKeyFromSeed, importPublicKey, formatPublicKey, parseRequestSignature, signRequest, verifyJws, verifyRequestSignature } from '../node.js';
import { buildSignatureBase, isInnerList, type WireRequest } from './request-target.js';

const MESSAGE_1024 = [
  '08b8b2b733424243760fe426a4b54908632110a66c2f6591eabd3345e3e4eb98fa6e264bf09efe12ee50f8f54e9f77b1e355f6c50544e23fb1433ddf73be84d8',
  '79de7c0046dc4996d9e773f4bc9efe5738829adb26c81b37c93a1b270b20329d658675fc6ea534e0810a4432826bf58c941efb65d57a338bbd2e26640f89ffbc',
  '1a858efcb8550ee3a5e1998bd177e93a7363c344fe6b199ee5d02e82d522c4feba15452f80288a821a579116ec6dad2b3b310da903401aa62100ab5d1a36553e',
  '06203b33890cc9b832f79ef80560ccb9a39ce767967ed628c6ad573cb116dbefefd75499da96bd68a8a97b928a8bbc103b6621fcde2beca1231d206be6cd9ec7',
  'aff6f6c94fcd7204ed3455c68c83f4a41da4af2b74ef5c53f1d8ac70bdcb7ed185ce81bd84359d44254d95629e9855a94a7c1958d1f8ada5d0532ed8a5aa3fb2',
  'd17ba70eb6248e594e1a2297acbbb39d502f1a8c6eb6f1ce22b3de1a1f40cc24554119a831a9aad6079cad88425de6bde1a9187ebb6092cf67bf2b13fd65f270',
  '88d78b7e883c8759d2c4f5c65adb7553878ad575f9fad878e80a0c9ba63bcbcc2732e69485bbc9c90bfbd62481d9089beccf80cfe2df16a2cf65bd92dd597b07',
  '07e0917af48bbb75fed413d238f5555a7a569d80c3414a8d0859dc65a46128bab27af87a71314f318c782b23ebfe808b82b0ce26401d2e22f04d83d1255dc51a',
  'ddd3b75a2b1ae0784504df543af8969be3ea7082ff7fc9888c144da2af58429ec96031dbcad3dad9af0dcbaaaf268cb8fcffead94f3c7ca495e056a9b47acdb7',
  '51fb73e666c6c655ade8297297d07ad1ba5e43f1bca32301651339e22904cc8c42f58c30c04aafdb038dda0847dd988dcda6f3bfd15c4b4c4525004aa06eeff8',
  'ca61783aacec57fb3d1f92b0fe2fd1a85f6724517b65e614ad6808d6f6ee34dff7310fdc82aebfd904b01e1dc54b2927094b2db68d6f903b68401adebf5a7e08',
  'd78ff4ef5d63653a65040cf9bfd4aca7984a74d37145986780fc0b16ac451649de6188a7dbdf191f64b5fc5e2ab47b57f7f7276cd419c17a3ca8e1b939ae49e4',
  '88acba6b965610b5480109c8b17b80e1b7b750dfc7598d5d5011fd2dcc5600a32ef5b52a1ecc820e308aa342721aac0943bf6686b64b2579376504ccc493d97e',
  '6aed3fb0f9cd71a43dd497f01f17c0e2cb3797aa2a2f256656168e6c496afc5fb93246f6b1116398a346f1a641f3b041e989f7914f90cc2c7fff357876e506b5',
  '0d334ba77c225bc307ba537152f3f1610e4eafe595f6d9d90d11faa933a15ef1369546868a7f3a45a96768d40fd9d03412c091c6315cf4fde7cb68606937380d',
  'b2eaaa707b4c4185c32eddcdd306705e4dc1ffc872eeee475a64dfac86aba41c0618983f8741c5ef68d3a101e8a3b8cac60c905c15fc910840b94c00a0b9d0',
].join('');

/** RFC 8032 §7.1: name, seed, public key, message, signature. */
const RFC_8032 = [
  ['TEST 1', '9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60', 'd75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a', '',
    'e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e065224901555fb8821590a33bacc61e39701cf9b46bd25bf5f0595bbe24655141438e7a100b'],
  ['TEST 2', '4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb', '3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c', '72',
    '92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00'],
  ['TEST 3', 'c5aa8df43f9f837bedb7442f31dcb7b166d38535076f094b85ce3a2e0b4458f7', 'fc51cd8e6218a1a38da47ed00230f0580816ed13ba3303ac5deb911548908025', 'af82',
    '6291d657deec24024827e69c3abe01a30ce548a284743a445e3680d7db5ac3ac18ff9b538d16f290ae67f760984dc6594a7c15e9716ed28dc027beceea1ec40a'],
  ['TEST 1024', 'f5e5767cf153319517630f226876b86c8160cc583bc013744c6bf255f5cc0ee5', '278117fc144c72340f67d0f2316e8386ceffbf2b2428c9c51fef7c597f1d426e', MESSAGE_1024,
    '0aab4c900501b3e24d7cdf4663326a3a87df5e4843b2cbdb67cbf6e460fec350aa5371b1508f9f4528ecea23c436d94b5e8fcd4f681e30a6ac00a9704a188a03'],
  ['TEST SHA(abc)', '833fe62409237b9d62ec77587520911e9a759cec1d19755b7da901b96dca3d42', 'ec172b93ad5e563bf4932c70e1245034c35467ef2efd4d64ebf819683467e2bf',
    'ddaf35a193617abacc417349ae20413112e6fa4e89a97ea20a9eeee64b55d39a2192992a274fc1a836ba3c23a3feebbd454d4423643ce80e2a9ac94fa54ca49f',
    'dc2a4459e7369633a52b1bf277839a00201009a3efbf3ecb69bea2186c26b58909351fc9ac90b3ecfdfbc7c66431e0303dca179c138ac17ad9bef1177331a704'],
] as const;

describe('RFC 8032 §7.1', () => {
  test.each(RFC_8032)('%s signs and verifies', (...[, seed, publicKey, message, signature]) => {
    const key = signingKeyFromSeed(Buffer.from(seed, 'hex'));
    expect(key.publicKey.toString('hex')).toBe(publicKey);
    expect(sign(null, Buffer.from(message, 'hex'), key.privateKey).toString('hex')).toBe(signature);
    // verifyRequestSignature reads its base as Latin-1, so any bytes can be given to it
    const imported = importPublicKey(formatPublicKey(Buffer.from(publicKey, 'hex')))!;
    const base = Buffer.from(message, 'hex').toString('latin1');
    expect(verifyRequestSignature({ base, signature: Buffer.from(signature, 'hex') }, imported.key)).toBe(true);
    expect(verifyRequestSignature({ base: `${base}x`, signature: Buffer.from(signature, 'hex') }, imported.key)).toBe(false);
  });

  test('a signature with S beyond the group order is refused (§5.1.7)', () => {
    const [, , publicKey, , signature] = RFC_8032[0];
    const order = (1n << 252n) + 27742317777372353535851937790883648493n;
    const bytes = Buffer.from(signature, 'hex');
    const s = BigInt(`0x${Buffer.from(bytes.subarray(32)).reverse().toString('hex')}`) + order;
    const malleated = Buffer.concat([bytes.subarray(0, 32), Buffer.from(s.toString(16).padStart(64, '0'), 'hex').reverse()]);
    const { key } = importPublicKey(formatPublicKey(Buffer.from(publicKey, 'hex')))!;
    expect(verifyJws({ signingInput: '', signature: bytes }, key)).toBe(true);
    expect(verifyJws({ signingInput: '', signature: malleated }, key)).toBe(false);
  });
});

const RFC_9421_KEY = createPrivateKey({ key: Buffer.from('MC4CAQAwBQYDK2VwBCIEIJ+DYvh6SEqVTm50DFtMDoQikTmiCqirVv9mWG9qfSnF', 'base64'), format: 'der', type: 'pkcs8' });
const RFC_9421_REQUEST: WireRequest = {
  method: 'POST',
  target: '/foo?param=Value&Pet=dog',
  headers: [
    ['Host', 'example.com'],
    ['Date', 'Tue, 20 Apr 2021 02:07:55 GMT'],
    ['Content-Type', 'application/json'],
    ['Content-Digest', 'sha-512=:WZDPaVn/7XgHaAy8pmojAkGWoRx2UFChF41A2svX+TaPm+AbwAgBWnrIiYllu7BNNyealdVLvRwEmTHWXvJwew==:'],
    ['Content-Length', '18'],
  ],
  body: Buffer.from('{"hello": "world"}'),
};

describe('RFC 9421 appendix B.2.6', () => {
  const input = parseDictionary('sig-b26=("date" "@method" "@path" "@authority" "content-type" "content-length");created=1618884473;keyid="test-key-ed25519"').get('sig-b26')!;
  const signature = Buffer.from('wqcAqbmYJ2ji2glfAMaRy4gruYYnx2nEFN2HN6jrnDnQCK1u02Gb04v9EDgwUPiu4A0w6vuQv5lIp5WPpBKRCw==', 'base64');

  test('gives the same signature base and signature', () => {
    if (!isInnerList(input)) throw new Error('no inner list');
    const base = buildSignatureBase(RFC_9421_REQUEST, input)!;
    expect(base.split('\n')).toEqual([
      '"date": Tue, 20 Apr 2021 02:07:55 GMT', '"@method": POST', '"@path": /foo', '"@authority": example.com', '"content-type": application/json', '"content-length": 18',
      '"@signature-params": ("date" "@method" "@path" "@authority" "content-type" "content-length");created=1618884473;keyid="test-key-ed25519"',
    ]);
    expect(sign(null, Buffer.from(base), RFC_9421_KEY).toString('base64')).toBe(signature.toString('base64'));
    expect(verifyRequestSignature({ base, signature }, createPublicKey(RFC_9421_KEY))).toBe(true);
  });
});

describe('RFC 9421 §2, the components beside ours', () => {
  const base = (target: string, component: string, headers: [string, string][] = []) => {
    const input = parseDictionary(`sig=(${component})`).get('sig')!;
    return isInnerList(input) ? buildSignatureBase({ method: 'POST', target, headers, body: new Uint8Array() }, input)?.split('\n')[0] : undefined;
  };
  test.each([
    ['/path?param=value&foo=bar&baz=batman&qux=', '"@query-param";name="baz"', '"@query-param";name="baz": batman'],
    ['/path?param=value&foo=bar&baz=batman&qux=', '"@query-param";name="qux"', '"@query-param";name="qux": '],
    ['/parameters?var=this%20is%20a%20big%0Amultiline%20value&bar=with+plus+whitespace&fa%C3%A7ade%22%3A%20=something', '"@query-param";name="var"', '"@query-param";name="var": this%20is%20a%20big%0Amultiline%20value'],
    ['/parameters?bar=with+plus+whitespace', '"@query-param";name="bar"', '"@query-param";name="bar": with%20plus%20whitespace'],
    ['/parameters?fa%C3%A7ade%22%3A%20=something', '"@query-param";name="fa%C3%A7ade%22%3A%20"', '"@query-param";name="fa%C3%A7ade%22%3A%20": something'],
    ['/path?twice=1&twice=2', '"@query-param";name="twice"', undefined],
    ['/path?', '"@query"', '"@query": ?'],
    ['/path', '"@request-target"', '"@request-target": /path'],
    ['/path', '"@scheme"', '"@scheme": https'],
    ['/path', '"@authority"', undefined],
  ])('%s %s', (target, component, expected) => expect(base(target, component)).toBe(expected));

  test.each([
    ['"example-dict";key="a"', '"example-dict";key="a": 1'], ['"example-dict";key="c"', '"example-dict";key="c": (a b c)'], ['"example-dict";key="x"', undefined],
    ['"example-dict";sf', '"example-dict";sf: a=1, b=2;x=1;y=2, c=(a b c), d'], ['"example-dict";bs;sf', undefined], ['"example-dict";tr', undefined],
    ['"@target-uri"', '"@target-uri": https://www.example.com/path'],
  ])('%s', (component, expected) => {
    const headers: [string, string][] = [['Host', 'www.Example.com:443'], ['Example-Dict', ' a=1,    b=2;x=1;y=2,  c=(a   b    c), d']];
    expect(base('/path', component, headers)).toBe(expected);
  });

  test('wraps each line of a field as a byte sequence', () => {
    const headers: [string, string][] = [['Example-Header', 'value, with, lots'], ['Example-Header', 'of, commas']];
    expect(base('/', '"example-header";bs', headers)).toBe('"example-header";bs: :dmFsdWUsIHdpdGgsIGxvdHM=:, :b2YsIGNvbW1hcw==:');
  });
});

describe('another implementation of RFC 9421', () => {
  const key = signingKeyFromSeed(Buffer.alloc(32, 9));
  const body = Buffer.from('{}');
  const message = { method: 'POST', url: 'https://b.test/x?y=1' };
  const ours = signRequest({ method: 'POST', target: '/x?y=1', origin: 'a.test', destination: 'b.test', body, createdAtMs: 1_763_850_000_000 }, key);

  test('verifies what we sign', async () => {
    const keyLookup = async ({ keyid }: { keyid?: unknown }) =>
      keyid === key.kid ? { id: key.kid, algs: ['ed25519'], verify: async (data: Buffer, signature: Buffer) => verifyJws({ signingInput: data.toString(), signature }, createPublicKey(key.privateKey)) } : null;
    await expect(httpbis.verifyMessage({ keyLookup, notAfter: 2_000_000_000, tolerance: 1e9 } as never, { ...message, headers: ours })).resolves.toBe(true);
  });

  test('signs what we verify', async () => {
    const { Signature: _, 'Signature-Input': __, ...headers } = ours;
    const fields = ['@query', '@path', '@method', 'content-digest', 'scaiwave-destination', 'scaiwave-origin'];
    const theirs = await httpbis.signMessage({
      name: 'sw', fields, params: ['tag', 'keyid', 'alg', 'created', 'nonce'],
      paramValues: { tag: 'scaiwave-v1', alg: 'ed25519', keyid: key.kid, created: new Date(1_763_850_000_000), nonce: 'AAECAwQFBgcICQoLDA0ODw' },
      key: { id: key.kid, alg: 'ed25519', sign: async (data: Buffer) => sign(null, data, key.privateKey) },
    }, { ...message, headers });
    const parsed = parseRequestSignature({ method: 'POST', target: '/x?y=1', headers: Object.entries(theirs.headers) as [string, string][], body });
    if (!parsed.ok) throw new Error(parsed.reason);
    expect(verifyRequestSignature(parsed, createPublicKey(key.privateKey))).toBe(true);
  });
});
