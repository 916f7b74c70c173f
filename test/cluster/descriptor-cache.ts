import { createHash, createPublicKey, verify } from 'node:crypto';
import { until } from '@scaiwave/testing';
import { request } from 'undici';

interface ListedKey {
  kid: string;
  public_key: string;
  state: string;
  valid_until: number | null;
}

interface Descriptor {
  keys: ListedKey[];
  public_key: string;
  valid_until: number;
  jws: string[];
}

const SPKI_HEAD = Buffer.from('302a300506032b6570032100', 'hex');

/**
 * What another server in another language would do, written without any of our code: it keeps a descriptor as long as it says, and
 * believes a signature only under a key that it knows.
 */
export class DescriptorCache {
  #cached: Descriptor | null = null;

  constructor(
    private readonly serverName: string,
    private readonly address: () => Promise<string | null>,
    private readonly now: () => number,
  ) {}

  /** The descriptor that this verifier goes by: kept to the end of its validity, whatever the server says meanwhile. */
  async cached(): Promise<Descriptor> {
    if (this.#cached === null || this.#cached.valid_until <= this.now()) this.#cached = await this.fetch();
    return this.#cached;
  }

  /** The descriptor that is served now; every signature on it verifies under one of its own keys. */
  async fetch(): Promise<Descriptor> {
    let text = '';
    await until(`${this.serverName} serves a descriptor`, async () => {
      const { statusCode, body } = await request(`${await this.address()}/.well-known/scaiwave/server`, { headers: { host: this.serverName } });
      text = await body.text();
      return statusCode === 200;
    });
    const descriptor = JSON.parse(text) as Descriptor;
    for (const jws of descriptor.jws) if (!isSigned(jws, descriptor)) throw new Error(`a jws of the descriptor of ${this.serverName} does not verify`);
    return descriptor;
  }

  /** Why this event is not to be believed; null when it is. */
  async refuse(jws: string): Promise<string | null> {
    const { kid } = JSON.parse(Buffer.from(jws.split('.')[0] ?? '', 'base64url').toString()) as { kid: string };
    const known = (await this.cached()).keys.find((key) => key.kid === kid);
    if (known === undefined) return `${kid} is not in the descriptor that is still valid`;
    if (known.state === 'revoked') return `${kid} is revoked`;
    const served = await this.fetch();
    const state = served.keys.find((key) => key.kid === kid)?.state ?? 'not listed';
    if (!['active', 'retiring', 'retired'].includes(state)) return `${kid} is ${state}`;
    return isSigned(jws, served) ? null : `the signature by ${kid} does not hold`;
  }
}

function isSigned(jws: string, { keys }: Descriptor): boolean {
  const [header = '', payload = '', signature = ''] = jws.split('.');
  const { kid } = JSON.parse(Buffer.from(header, 'base64url').toString()) as { kid: string };
  const key = keys.find((one) => one.kid === kid);
  if (key === undefined) return false;
  const raw = Buffer.from(key.public_key.replace('ed25519:', ''), 'base64');
  const isSameKid = kid === `ed25519:${createHash('sha256').update(raw).digest('base64url').slice(0, 10)}`;
  const publicKey = createPublicKey({ key: Buffer.concat([SPKI_HEAD, raw]), format: 'der', type: 'spki' });
  return isSameKid && verify(null, Buffer.from(`${header}.${payload}`), publicKey, Buffer.from(signature, 'base64url'));
}
