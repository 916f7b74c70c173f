import { Injectable } from '@nestjs/common';
import { LIMITS, parseSendRequest, PROTOCOL_VERSION } from '@scaiwave/protocol';
import { FindTenantByHost } from '../tenants/index.js';
import { Admission } from './admission.js';
import type { InboundRequest } from './inbound-request.js';
import { matchEndpoint } from './match-endpoint.js';
import { RateLimits } from './rate-limits.js';
import type { Refusal } from './raw-request.js';
import { decideBodyForm, unpackBody } from './unpack-body.js';
import { VerifyRequest } from './verify-request.js';

type Check = (inbound: InboundRequest) => Promise<Refusal | null> | Refusal | null;

/** Everything that is asked of a request before its body is acted on. The list is the specification; the first that fails is the answer. */
@Injectable()
export class RequestChecks {
  private readonly checks: readonly Check[];

  constructor(
    private readonly tenants: FindTenantByHost,
    admission: Admission,
    signature: VerifyRequest,
    limits: RateLimits,
  ) {
    this.checks = [
      (inbound) => this.findTenant(inbound), //             404, 503
      findEndpoint, //                                      404, 405
      decideLength, //                                      413 by length
      decideForm, //                                        415
      (inbound) => admission.decideEarly(inbound), //       403 closed, blocked, removed
      (inbound) => signature.run(inbound), //               401, 503
      ({ tenant, origin }) => limits.takeRequest(tenant.id, origin), // 429
      (inbound) => admission.decide(inbound), //            403 policy
      decideVersion, //                                     400
      unpack, //                                            413, 400 gunzip
      parse, //                                             413, 400
    ];
  }

  async run(inbound: InboundRequest): Promise<Refusal | null> {
    for (const check of this.checks) {
      const refusal = await check(inbound);
      if (refusal) return refusal;
    }
    return null;
  }

  private async findTenant(inbound: InboundRequest): Promise<Refusal | null> {
    const found = await this.tenants.run(inbound.raw.host);
    if (found.state === 'unknown') return { code: 'SW_TENANT_NOT_FOUND', reason: 'Host is no tenant' };
    inbound.tenant = found.tenant;
    return found.state === 'active' ? null : { code: 'SW_FED_TRY_LATER', reason: `the tenant is ${found.state}`, retryAfterSeconds: 60 };
  }
}

const findEndpoint: Check = (inbound) => {
  const found = matchEndpoint(inbound.raw.method, inbound.raw.target);
  if (found.kind === 'unknown') return { code: 'SW_NOT_FOUND', reason: 'no such path' };
  if (found.kind === 'wrong_method') return { code: 'SW_METHOD_NOT_ALLOWED', reason: inbound.raw.method, allow: found.allow };
  inbound.endpoint = found.match;
  return null;
};

const decideLength: Check = (inbound) => {
  const stated = Number(inbound.header('content-length') ?? 0);
  const isTooLarge = stated > LIMITS.bodyBytes || inbound.raw.body.length > LIMITS.bodyBytes;
  return isTooLarge ? { code: 'SW_CONTENT_TOO_LARGE', reason: 'over 1 MiB on the wire' } : null;
};

const decideForm: Check = (inbound) =>
  inbound.endpoint.name === 'send' ? decideBodyForm(inbound.header('content-type'), inbound.header('content-encoding')) : null;

const decideVersion: Check = ({ protocolVersions }) =>
  protocolVersions.includes(PROTOCOL_VERSION) ? null : { code: 'SW_FED_PROTOCOL_VERSION', reason: `it speaks ${protocolVersions.slice(0, 10).join(', ')}` };

const unpack: Check = (inbound) => {
  if (inbound.endpoint.name !== 'send') return null;
  const unpacked = unpackBody(inbound.raw.body, inbound.header('content-encoding'));
  if (!unpacked.ok) return unpacked.refusal;
  inbound.body = unpacked.body;
  return null;
};

const parse: Check = (inbound) => {
  if (inbound.endpoint.name !== 'send') return null;
  const parsed = parseSendRequest(inbound.body);
  if (!parsed.ok) return { code: parsed.code, reason: parsed.reason };
  inbound.batch = parsed.request;
  return null;
};
