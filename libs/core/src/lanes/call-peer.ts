import { Readable } from 'node:stream';
import { promisify } from 'node:util';
import { gzip } from 'node:zlib';
import { Injectable } from '@nestjs/common';
import { expandTemplate, LIMITS, type EndpointName, type ServerName } from '@scaiwave/protocol';
import { signRequest } from '@scaiwave/protocol/node';
import { Clock } from '@scaiwave/telemetry';
import { ReceiveRequest } from '../inbox/index.js';
import { Keyring, KeyringError } from '../keys/index.js';
import { DeliveryOptions } from '../peers/outbound/delivery-options.js';
import { LocalTenants } from '../peers/outbound/local-tenants.js';
import { PeerClient, readBody, type OpenAnswer } from '../peers/outbound/peer-client.js';
import type { TenantContext } from '../tenants/index.js';
import type { PeerContact } from './peer-contacts.js';
import { readPeerAnswer, type PeerAnswer } from './read-peer-answer.js';

export interface PeerCall {
  tenant: TenantContext;
  to: ServerName;
  contact: Extract<PeerContact, { ok: true }>;
  endpoint: EndpointName;
  values?: Record<string, string>;
  query?: Record<string, string | number>;
  /** JSON text; makes it a POST */
  body?: string;
  /** largest answer that is read; default 1 MiB */
  maxBytes?: number;
  /** longest wait for the answer, where it is less than what is configured */
  timeoutMs?: number;
}

/** An answer with bytes, or why there is none. */
export type PeerStream = OpenAnswer | Exclude<PeerAnswer, { kind: 'delivered' }>;

interface SignedCall {
  ok: true;
  method: 'GET' | 'POST';
  target: string;
  headers: Record<string, string>;
  body: Buffer | undefined;
}

const GZIP_FROM_BYTES = 4_096;
const gzipAsync = promisify(gzip);

/** What every call needs of the process. */
@Injectable()
export class CallSettings {
  constructor(
    readonly clock: Clock,
    readonly options: DeliveryOptions,
  ) {}
}

/**
 * One signed request to a peer and what became of it.
 *
 *   sign (bytes as they will be sent) ─┬─→ PeerClient: HTTP
 *                                      └─→ ReceiveRequest: a tenant of this installation gets the very same bytes in process
 */
@Injectable()
export class CallPeer {
  constructor(
    private readonly keyring: Keyring,
    private readonly outside: PeerClient,
    private readonly inside: ReceiveRequest,
    private readonly local: LocalTenants,
    private readonly settings: CallSettings,
  ) {}

  async run(call: PeerCall): Promise<PeerAnswer> {
    const { clock } = this.settings;
    const signed = await this.sign(call);
    if (!signed.ok) return signed.answer;
    if (await this.local.findByName(call.to)) {
      const answer = await this.callInside(call.to, signed);
      return readPeerAnswer({ ...answer, body: await readBody(answer.body, call.maxBytes ?? LIMITS.bodyBytes) }, clock.now());
    }
    const { method, target, headers, body } = signed;
    const answer = await this.outside.exchange({
      endpoint: call.contact.endpoint, method, target, headers, body, timeoutMs: await this.timeoutOf(call), maxBytes: call.maxBytes ?? LIMITS.bodyBytes,
    });
    return answer.kind === 'answer' ? readPeerAnswer(answer, clock.now()) : answer;
  }

  /** For bytes instead of JSON: a success is given as it comes. */
  async open(call: PeerCall & { timeoutMs: number }): Promise<PeerStream> {
    const signed = await this.sign(call);
    if (!signed.ok) return signed.answer;
    const { method, target, headers, body } = signed;
    const isInside = (await this.local.findByName(call.to)) !== null;
    const answer = isInside ? await this.callInside(call.to, signed) : await this.outside.open({ endpoint: call.contact.endpoint, method, target, headers, body, timeoutMs: call.timeoutMs });
    if (answer.kind === 'unreachable' || answer.status === 200) return answer;
    try {
      const refusal = readPeerAnswer({ ...answer, body: await readBody(answer.body, LIMITS.bodyBytes) }, this.settings.clock.now());
      return refusal.kind === 'delivered' ? { kind: 'unreachable', reason: 'bad_answer', detail: `HTTP ${answer.status}` } : refusal;
    } catch (error) {
      return { kind: 'unreachable', reason: 'bad_answer', detail: (error as Error).message };
    }
  }

  private async callInside(to: ServerName, { method, target, headers, body }: SignedCall): Promise<Extract<OpenAnswer, { kind: 'open' }>> {
    const answer = await this.inside.run({ host: to, method, target, headers: Object.entries({ host: to, ...headers }), body: body ?? Buffer.alloc(0) });
    return { kind: 'open', ...answer, body: answer.body instanceof Readable ? answer.body : Readable.from([Buffer.from(answer.body)]) };
  }

  private async timeoutOf({ tenant, timeoutMs = Infinity }: PeerCall): Promise<number> {
    const own = (await this.local.findById(tenant.id))?.row.delivery.timeout_ms ?? Infinity;
    return Math.min(this.settings.options.requestTimeoutMs, own, timeoutMs);
  }

  private async sign(call: PeerCall): Promise<SignedCall | { ok: false; answer: Exclude<PeerAnswer, { kind: 'delivered' }> }> {
    const template = call.contact.descriptor.endpoints[call.endpoint];
    if (template === undefined) return { ok: false, answer: { kind: 'refused', status: 404, code: 'SW_NOT_FOUND', message: `it does not serve ${call.endpoint}` } };
    const target = targetOf(template, call);
    const plain = call.body === undefined ? undefined : Buffer.from(call.body, 'utf8');
    const isZipped = plain !== undefined && plain.length >= GZIP_FROM_BYTES;
    const body = isZipped ? await gzipAsync(plain, { level: 1 }) : plain;
    const method: 'GET' | 'POST' = body ? 'POST' : 'GET';
    try {
      const headers = signRequest(
        {
          method, target, origin: call.tenant.serverName, destination: call.to, createdAtMs: this.settings.clock.now(),
          ...(body && { body }), ...(isZipped && { contentEncoding: 'gzip' as const }),
        },
        this.keyring.activeKey(call.tenant),
      );
      return { ok: true, method, target, body, headers: body ? { ...headers, 'Content-Type': 'application/json' } : headers };
    } catch (error) {
      if (!(error instanceof KeyringError)) throw error;
      return { ok: false, answer: { kind: 'unreachable', reason: 'no_key', detail: error.message } };
    }
  }
}

function targetOf(template: string, { values, query }: PeerCall): string {
  const path = expandTemplate(template, values);
  const search = new URLSearchParams(Object.fromEntries(Object.entries(query ?? {}).map(([name, value]) => [name, String(value)]))).toString();
  return search === '' ? path : `${path}?${search}`;
}
