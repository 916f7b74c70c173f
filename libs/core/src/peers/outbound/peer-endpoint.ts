import type { ServerName } from '@scaiwave/protocol';
import ipaddr from 'ipaddr.js';
import type { PeerSettings } from '../peer-row.js';

/** Where a server is reached. `Host` and SNI are its server_name, whatever the address. */
export interface PeerEndpoint {
  serverName: ServerName;
  /** scheme, host and port */
  origin: string;
  /** what is resolved; an IP literal only where somebody declared one */
  hostname: string;
  /** names under .localhost and .test, where the installation allows them: loopback without asking DNS (RFC 6761 §6.3) */
  isLoopbackName: boolean;
  allowsInternal: boolean;
  /** PEM of the only authorities that vouch for it; null: the public ones */
  caCertificate: string | null;
}

export type PeerEndpointResult = { ok: true; endpoint: PeerEndpoint } | { ok: false; reason: string };

const LOOPBACK_NAME = /(?:^|\.)(?:localhost|test)$/;

/** Builds the endpoint of a peer from its name and what was declared about it. */
export function buildPeerEndpoint(serverName: ServerName, settings: Pick<PeerSettings, 'endpointUrl' | 'isPrivate' | 'caCertificate'>, allowsLocalhostPeers: boolean): PeerEndpointResult {
  const isOwnLoopback = allowsLocalhostPeers && LOOPBACK_NAME.test(serverName.replace(/:\d+$/, ''));
  const url = URL.parse(settings.endpointUrl ?? `${isOwnLoopback ? 'http' : 'https'}://${serverName}`);
  if (!url || (url.protocol !== 'https:' && url.protocol !== 'http:')) return { ok: false, reason: 'the declared endpoint is no http or https address' };
  const hostname = url.hostname.replace(/^\[|\]$/g, '');
  const isLoopbackName = allowsLocalhostPeers && LOOPBACK_NAME.test(hostname);
  if (settings.endpointUrl === null && ipaddr.isValid(hostname)) return { ok: false, reason: 'a server_name is a name, not an address' };
  if (settings.caCertificate === '') return { ok: false, reason: 'the authority that the provider names for its TLS cannot be read' };
  return { ok: true, endpoint: { serverName, origin: url.origin, hostname, isLoopbackName, allowsInternal: settings.isPrivate, caCertificate: settings.caCertificate } };
}
