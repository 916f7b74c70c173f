import { Injectable } from '@nestjs/common';
import { decideVerifyKey } from '@scaiwave/protocol';
import { checkRequestTime, parseRequestSignature, verifyRequestSignature, type ParsedRequestSignature, type PublishedKey } from '@scaiwave/protocol/node';
import { NonceMemory } from '@scaiwave/redis';
import { Clock } from '@scaiwave/telemetry';
import { PeerDirectory } from '../peers/index.js';
import type { InboundRequest } from './inbound-request.js';
import { RateLimits } from './rate-limits.js';
import type { Refusal } from './raw-request.js';

type Directory = Awaited<ReturnType<PeerDirectory['verifyKeys']>>;

/** The signature of a request: form, destination, time, key, signature, and last of all its nonce. */
@Injectable()
export class VerifyRequest {
  constructor(
    private readonly directory: PeerDirectory,
    private readonly nonces: NonceMemory,
    private readonly limits: RateLimits,
    private readonly clock: Clock,
  ) {}

  async run(inbound: InboundRequest): Promise<Refusal | null> {
    const { raw, tenant } = inbound;
    const parsed = parseRequestSignature(raw);
    if (!parsed.ok) return mismatch(parsed.reason);
    if (parsed.destination !== tenant.serverName) return mismatch(`destination is ${parsed.destination}`);
    const time = checkRequestTime(parsed, this.clock.now());
    if (!time.ok) return mismatch(`${time.reason} of ${time.skewSeconds} s`);
    const refused = await this.verifyUnderKeys(inbound, parsed);
    if (refused) return refused;
    inbound.origin = parsed.origin;
    return this.claimNonce(inbound, parsed);
  }

  private async verifyUnderKeys(inbound: InboundRequest, parsed: ParsedRequestSignature): Promise<Refusal | null> {
    const { tenant, raw, standing } = inbound;
    if (standing === 'unknown' && !this.limits.takeStranger(tenant.id, raw.source)) return { code: 'SW_RATE_LIMIT_EXCEEDED', reason: 'strangers' };
    const known = await this.directory.verifyKeys(tenant, parsed.origin);
    if (known.state !== 'ready') return unavailable(known);
    const first = verifyUnder(known.keys, parsed);
    if (first === 'stale') return this.verifyRefetched(inbound, parsed);
    if (first) return first;
    inbound.keys = known.keys;
    inbound.protocolVersions = known.protocolVersions;
    return null;
  }

  /** The key may be newer than what is cached here. */
  private async verifyRefetched(inbound: InboundRequest, parsed: ParsedRequestSignature): Promise<Refusal | null> {
    const fresh = await this.directory.refetch(inbound.tenant, parsed.origin, { kid: parsed.kid });
    if (fresh.state !== 'ready') return unavailable(fresh);
    const second = verifyUnder(fresh.keys, parsed);
    if (second) return second === 'stale' ? mismatch(`the origin does not publish ${parsed.kid}`) : second;
    inbound.keys = fresh.keys;
    inbound.protocolVersions = fresh.protocolVersions;
    return null;
  }

  /** Only a verified request may take a nonce: otherwise anybody could use up those of others. */
  private async claimNonce({ tenant, origin }: InboundRequest, { nonce, created }: ParsedRequestSignature): Promise<Refusal | null> {
    const verdict = await this.nonces.claim({ tenantId: tenant.id, origin, nonce, createdSeconds: created, nowMs: this.clock.now() });
    if (verdict === 'fresh') return null;
    if (verdict === 'unavailable') return { code: 'SW_FED_TRY_LATER', reason: 'the memory of nonces is away' };
    return mismatch(verdict === 'replayed' ? 'replayed' : 'signed before the memory of nonces began');
  }
}

function verifyUnder(keys: readonly PublishedKey[], parsed: ParsedRequestSignature): Refusal | 'stale' | null {
  const decision = decideVerifyKey({ keys, kid: parsed.kid, use: 'request' });
  if (!decision.usable) return decision.reason === 'unknown_kid' || decision.reason === 'next' ? 'stale' : mismatch(`${parsed.kid} is ${decision.reason}`);
  const { imported } = decision.key as PublishedKey;
  return verifyRequestSignature(parsed, imported.key) ? null : mismatch(`the signature does not hold under ${parsed.kid}`);
}

function unavailable(answer: Exclude<Directory, { state: 'ready' }>): Refusal {
  if (answer.state === 'key_changed') return { code: 'SW_FED_KEY_CHANGED', reason: 'its key changed without an announcement' };
  if (answer.state === 'unusable') return mismatch('it publishes no usable descriptor');
  return { code: 'SW_FED_TRY_LATER', reason: 'its descriptor cannot be had now' };
}

function mismatch(reason: string): Refusal {
  return { code: 'SW_FED_SIGNATURE_MISMATCH', reason };
}
