import { Injectable } from '@nestjs/common';
import { LIMITS, WELL_KNOWN_PATH, type ServerName } from '@scaiwave/protocol';
import { FindDescriptor } from '../../keys/index.js';
import type { PeerSettings } from '../peer-row.js';
import { DeliveryOptions } from './delivery-options.js';
import { LocalTenants } from './local-tenants.js';
import { PeerClient, type OutboundAnswer } from './peer-client.js';
import { buildPeerEndpoint } from './peer-endpoint.js';

/** `unusable`: what the server gives is no descriptor. `cannot_be_had_now`: it gives nothing, now. */
export type DescriptorFound = { state: 'found'; bytes: Uint8Array } | { state: 'unusable' | 'cannot_be_had_now'; reason: string };

/** Where a descriptor comes from: a tenant of this installation, or the server's well-known path. */
@Injectable()
export class DescriptorSource {
  constructor(
    private readonly tenants: LocalTenants,
    private readonly own: FindDescriptor,
    private readonly client: PeerClient,
    private readonly options: DeliveryOptions,
  ) {}

  async get(serverName: ServerName, settings: PeerSettings): Promise<DescriptorFound> {
    const local = await this.tenants.findByName(serverName);
    if (local) {
      // A suspended one too: what it signed before is still to be verified.
      const served = await this.own.run(local);
      return served ? { state: 'found', bytes: Buffer.from(served.body, 'utf8') } : { state: 'cannot_be_had_now', reason: 'it has published no descriptor yet' };
    }
    const built = buildPeerEndpoint(serverName, settings, this.options.allowsLocalhostPeers);
    if (!built.ok) return { state: 'cannot_be_had_now', reason: built.reason };
    const request = { endpoint: built.endpoint, method: 'GET', target: WELL_KNOWN_PATH, headers: {}, timeoutMs: LIMITS.descriptorTimeoutMs, maxBytes: LIMITS.descriptorBytes } as const;
    return readAnswer(await this.client.exchange(request));
  }
}

function readAnswer(answer: OutboundAnswer): DescriptorFound {
  if (answer.kind === 'unreachable') {
    const isNone = answer.reason === 'too_large' || answer.reason === 'bad_answer';
    return { state: isNone ? 'unusable' : 'cannot_be_had_now', reason: `${answer.reason}: ${answer.detail}` };
  }
  if (answer.status === 200) return { state: 'found', bytes: answer.body };
  const mayPass = answer.status >= 500 || answer.status === 429;
  return { state: mayPass ? 'cannot_be_had_now' : 'unusable', reason: `the descriptor's address answers ${answer.status}` };
}
