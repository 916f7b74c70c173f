import { isIP, type LookupFunction } from 'node:net';
import type { Readable } from 'node:stream';
import { Injectable } from '@nestjs/common';
import { traceHeader } from '@scaiwave/telemetry';
import { Pool, type Dispatcher } from 'undici';
import type { PeerEndpoint } from './peer-endpoint.js';
import { AddressRefused, resolveAddress } from './resolve-address.js';

export interface OutboundRequest {
  endpoint: PeerEndpoint;
  method: 'GET' | 'POST';
  /** path and query exactly as signed */
  target: string;
  headers: Record<string, string>;
  body?: Buffer;
  timeoutMs: number;
  /** largest answer that is read */
  maxBytes: number;
}

export type UnreachableReason = 'dns' | 'address_refused' | 'connect' | 'tls' | 'timeout' | 'too_large' | 'bad_answer' | 'server_error' | 'descriptor' | 'no_key';
export type OutboundAnswer =
  | { kind: 'answer'; status: number; headers: Record<string, string>; body: Buffer }
  | { kind: 'unreachable'; reason: UnreachableReason; detail: string; mayHaveArrived: boolean };
/** Whoever gets an open one reads it or destroys it; it breaks when the request's time is over. */
export type OpenAnswer = { kind: 'open'; status: number; headers: Record<string, string>; body: Readable } | Extract<OutboundAnswer, { kind: 'unreachable' }>;

const CONNECTIONS_PER_PEER = 16;
const CONNECT_TIMEOUT_MS = 10_000;
const MAX_HEADER_BYTES = 16_384;
const KEEP_ALIVE_MS = 30_000;
const MOST_POOLS = 1_000;

/**
 * The only outbound HTTP to other servers: one pool of connections per peer, each to an address that was looked at before.
 * Redirects are not followed; headers, body and time are bounded. It knows nothing of signatures or rooms.
 */
@Injectable()
export class PeerClient {
  // In the order of their last use, so that the one that nobody needs goes first.
  private readonly pools = new Map<string, Pool>();

  async exchange(request: OutboundRequest): Promise<OutboundAnswer> {
    try {
      const { statusCode, headers, body } = await this.request(request);
      return { kind: 'answer', status: statusCode, headers: flatten(headers), body: await readBody(body, request.maxBytes) };
    } catch (error) {
      return unreachable(error);
    }
  }

  /** The same for an answer that is too large to be held. */
  async open(request: Omit<OutboundRequest, 'maxBytes'>): Promise<OpenAnswer> {
    try {
      const { statusCode, headers, body } = await this.request(request);
      return { kind: 'open', status: statusCode, headers: flatten(headers), body };
    } catch (error) {
      return unreachable(error);
    }
  }

  private async request(request: Omit<OutboundRequest, 'maxBytes'>): Promise<Dispatcher.ResponseData> {
    await judgeLiteral(request.endpoint);
    return this.poolOf(request.endpoint).request({
      method: request.method,
      path: request.target,
      headers: { ...request.headers, host: request.endpoint.serverName, 'user-agent': 'scaiwave', 'accept-encoding': 'identity', ...traceHeader() },
      body: request.body ?? null,
      signal: AbortSignal.timeout(request.timeoutMs),
    });
  }

  async close(): Promise<void> {
    const pools = [...this.pools.values()];
    this.pools.clear();
    await Promise.all(pools.map((pool) => pool.destroy()));
  }

  private poolOf(endpoint: PeerEndpoint): Pool {
    const key = `${endpoint.origin} ${endpoint.serverName} ${endpoint.allowsInternal} ${endpoint.isLoopbackName} ${endpoint.caCertificate ?? ''}`;
    const known = this.pools.get(key);
    if (known) {
      this.pools.delete(key);
      this.pools.set(key, known);
      return known;
    }
    const pool = new Pool(endpoint.origin, {
      connections: CONNECTIONS_PER_PEER,
      pipelining: 1,
      keepAliveTimeout: KEEP_ALIVE_MS,
      keepAliveMaxTimeout: KEEP_ALIVE_MS,
      maxHeaderSize: MAX_HEADER_BYTES,
      headersTimeout: 0, // the signal of each request bounds the whole
      bodyTimeout: 0,
      connect: {
        timeout: CONNECT_TIMEOUT_MS, servername: endpoint.serverName.replace(/:\d+$/, ''), lookup: lookupOf(endpoint),
        ...(endpoint.caCertificate !== null && { ca: endpoint.caCertificate }),
      },
    });
    this.pools.set(key, pool);
    for (const [oldest, old] of this.pools) {
      if (this.pools.size <= MOST_POOLS) break;
      this.pools.delete(oldest);
      old.close().catch(() => undefined); // its last requests end by themselves
    }
    return pool;
  }
}

// For an IP literal no lookup takes place, so it is judged before.
async function judgeLiteral(endpoint: PeerEndpoint): Promise<void> {
  if (isIP(endpoint.hostname) !== 0) await resolveAddress(endpoint);
}

function lookupOf(endpoint: PeerEndpoint): LookupFunction {
  return (_hostname, options, callback) => {
    resolveAddress(endpoint).then(
      (addresses) => {
        if (options.all) callback(null, addresses);
        else callback(null, addresses[0]!.address, addresses[0]!.family);
      },
      (error: NodeJS.ErrnoException) => callback(error, []),
    );
  };
}

class AnswerTooLarge extends Error {}

/** @throws AnswerTooLarge */
export async function readBody(body: Readable, maxBytes: number): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of body as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size > maxBytes) {
      body.destroy();
      throw new AnswerTooLarge(`the answer has over ${maxBytes} bytes`);
    }
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

function flatten(headers: Record<string, string | string[] | undefined>): Record<string, string> {
  return Object.fromEntries(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), Array.isArray(value) ? value.join(', ') : (value ?? '')]));
}

/** Ways to fail in which no byte of a request was sent. */
const NEVER_LEFT: ReadonlySet<UnreachableReason> = new Set<UnreachableReason>(['dns', 'address_refused', 'tls']);
const UNCONNECTED: ReadonlySet<unknown> = new Set(['ECONNREFUSED', 'EHOSTUNREACH', 'ENETUNREACH', 'UND_ERR_CONNECT_TIMEOUT', 'ETIMEDOUT']);
const TIMEOUTS = new Set(['UND_ERR_HEADERS_TIMEOUT', 'UND_ERR_BODY_TIMEOUT', 'UND_ERR_CONNECT_TIMEOUT', 'ETIMEDOUT', 'ABORT_ERR', 23]);

function unreachable(error: unknown): Extract<OutboundAnswer, { kind: 'unreachable' }> {
  const { code, name, message } = error as { code?: unknown; name?: string; message?: string };
  const reason = reasonOf(error, code, name);
  return { kind: 'unreachable', reason, mayHaveArrived: !NEVER_LEFT.has(reason) && !UNCONNECTED.has(code), detail: `${message || String(code) || name || 'unknown'}`.slice(0, 300) };
}

function reasonOf(error: unknown, code: unknown, name: string | undefined): UnreachableReason {
  if (error instanceof AddressRefused) return 'address_refused';
  if (error instanceof AnswerTooLarge || code === 'UND_ERR_HEADERS_OVERFLOW' || code === 'HPE_HEADER_OVERFLOW') return 'too_large';
  if (name === 'TimeoutError' || name === 'AbortError' || TIMEOUTS.has(code as string)) return 'timeout';
  const text = String(code);
  if (text === 'ENOTFOUND' || text.startsWith('EAI_')) return 'dns';
  if (text.startsWith('HPE_')) return 'bad_answer';
  return /CERT|TLS|SSL|ALTNAME|SIGN|VERIFY/.test(text) ? 'tls' : 'connect';
}
