import { lookup } from 'node:dns/promises';
import ipaddr from 'ipaddr.js';
import { classifyAddress } from './classify-address.js';
import type { PeerEndpoint } from './peer-endpoint.js';

export interface ResolvedAddress {
  address: string;
  family: 4 | 6;
}

/** The name resolves, but only to addresses that no peer of ours may have. */
export class AddressRefused extends Error {
  override readonly name = 'AddressRefused';
  readonly code = 'ADDRESS_REFUSED';
}

const LOOPBACK: readonly ResolvedAddress[] = [{ address: '127.0.0.1', family: 4 }, { address: '::1', family: 6 }];

/**
 * The addresses to which a connection may be opened. The connection is made to one of exactly these, so that a second answer of DNS
 * cannot lead it elsewhere.
 * @throws AddressRefused, or the resolver's error
 */
export async function resolveAddress(endpoint: PeerEndpoint): Promise<ResolvedAddress[]> {
  if (endpoint.isLoopbackName) return [...LOOPBACK];
  const found = ipaddr.isValid(endpoint.hostname) ? [literal(endpoint.hostname)] : await lookup(endpoint.hostname, { all: true, verbatim: true });
  const allowed = found.filter(({ address }) => mayConnect(address, endpoint.allowsInternal));
  if (allowed.length === 0) {
    throw new AddressRefused(`${endpoint.hostname} is at ${found.map(({ address }) => address).join(', ') || 'no address'}, which is not a public address`);
  }
  return allowed.map(({ address, family }) => ({ address, family: family === 6 ? 6 : 4 }));
}

export function mayConnect(address: string, allowsInternal: boolean): boolean {
  const kind = classifyAddress(address);
  return kind === 'public' || (kind === 'internal' && allowsInternal);
}

function literal(address: string): { address: string; family: number } {
  return { address, family: ipaddr.parse(address).kind() === 'ipv6' ? 6 : 4 };
}
