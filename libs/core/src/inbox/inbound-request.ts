import { serverNameSchema, type EffectivePolicy, type PeerStanding, type SendRequest, type ServerName } from '@scaiwave/protocol';
import { headerValues, type PublishedKey } from '@scaiwave/protocol/node';
import type { TenantContext } from '../tenants/index.js';
import type { EndpointMatch } from './match-endpoint.js';
import type { RawRequest } from './raw-request.js';

/** A request on its way through the checks: each check in the list leaves here what the ones after it rest on. */
export class InboundRequest {
  readonly raw: RawRequest;
  /** as claimed, before anything is verified; null if there is not exactly one valid name */
  readonly claimedOrigin: ServerName | null;
  tenant: TenantContext;
  endpoint: EndpointMatch;
  policy: EffectivePolicy;
  /** of the claimed origin */
  standing: PeerStanding;
  /** verified */
  origin: ServerName;
  keys: readonly PublishedKey[];
  protocolVersions: readonly string[];
  /** of a removed peer: nothing but the word that it has removed us, too */
  isFarewell = false;
  /** after gunzip */
  body: Buffer;
  batch: SendRequest;

  constructor(raw: RawRequest) {
    this.raw = raw;
    const [name, ...more] = headerValues(raw, 'scaiwave-origin');
    const parsed = more.length === 0 ? serverNameSchema.safeParse(name) : null;
    this.claimedOrigin = parsed?.success ? parsed.data : null;
  }

  /** One value of a header that may stand once. */
  header(name: string): string | undefined {
    return headerValues(this.raw, name)[0];
  }
}
