import { Injectable } from '@nestjs/common';
import { DomainError, type ErrorCode } from '@scaiwave/protocol';
import { Logger } from '@scaiwave/telemetry';
import { Endpoints } from './endpoints.js';
import { InboundRequest } from './inbound-request.js';
import { NoteSender } from './note-sender.js';
import { buildRefusal, type RawRequest, type RawResponse, type Refusal } from './raw-request.js';
import { RecordRejections } from './record-rejections.js';
import { RequestChecks } from './request.checks.js';

/**
 * The one way into a tenant for other servers, over HTTP or within the process: from the bytes of a request to those of its answer.
 *
 *   checks (in order, nothing written) ─→ the peer was seen ─→ endpoint
 *            └→ refused: written down for our admin, answered by code
 */
@Injectable()
export class ReceiveRequest {
  constructor(
    private readonly checks: RequestChecks,
    private readonly endpoints: Endpoints,
    private readonly sender: NoteSender,
    private readonly rejections: RecordRejections,
    private readonly logger: Logger,
  ) {}

  /** Never throws: what goes wrong here is a 500 without text. */
  async run(raw: RawRequest): Promise<RawResponse> {
    const inbound = new InboundRequest(raw);
    try {
      const refusal = await this.checks.run(inbound);
      if (refusal) return await this.refuse(inbound, refusal);
      await this.sender.run(inbound);
      return await this.endpoints.run(inbound);
    } catch (err) {
      if (err instanceof DomainError) return buildRefusal({ code: err.code, reason: err.message });
      this.logger.error({ err, tenantId: inbound.tenant?.id, peerId: inbound.claimedOrigin }, 'An inbound federation request failed.');
      return buildRefusal({ code: 'SW_INTERNAL', reason: 'unexpected' });
    }
  }

  private async refuse(inbound: InboundRequest, refusal: Refusal): Promise<RawResponse> {
    if (!UNRECORDED.has(refusal.code)) {
      const { method, target } = inbound.raw;
      const details = { method, path: target.split('?')[0]?.slice(0, 200) };
      await this.rejections.run(inbound.tenant, [{ origin: inbound.claimedOrigin, code: refusal.code, reason: refusal.reason, details }]);
    }
    return buildRefusal(refusal);
  }
}

/** No tenant's admin is concerned. */
const UNRECORDED: ReadonlySet<ErrorCode> = new Set<ErrorCode>(['SW_TENANT_NOT_FOUND', 'SW_NOT_FOUND', 'SW_METHOD_NOT_ALLOWED']);
