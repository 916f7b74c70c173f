import { Injectable } from '@nestjs/common';
import { ReceiveSend } from './endpoints/receive-send.js';
import { ServeBackfill } from './endpoints/serve-backfill.js';
import { ServeDirectory } from './endpoints/serve-directory.js';
import { ServeMedia } from './endpoints/serve-media.js';
import { ServeMembers } from './endpoints/serve-members.js';
import { ServeProfile } from './endpoints/serve-profile.js';
import { ServeStatus } from './endpoints/serve-status.js';
import type { InboundRequest } from './inbound-request.js';
import type { ServedEndpoint } from './match-endpoint.js';
import type { RawResponse } from './raw-request.js';

interface Endpoint {
  run(inbound: InboundRequest): Promise<RawResponse>;
}

/** What is known of rooms and people, for servers that may ask. */
@Injectable()
export class Reads {
  constructor(
    readonly profile: ServeProfile,
    readonly members: ServeMembers,
    readonly backfill: ServeBackfill,
    readonly directory: ServeDirectory,
    readonly status: ServeStatus,
  ) {}
}

/** Which class answers which endpoint. */
@Injectable()
export class Endpoints {
  private readonly byName: Record<ServedEndpoint, Endpoint>;

  constructor(send: ReceiveSend, reads: Reads, media: ServeMedia) {
    const { profile, members, backfill, directory, status } = reads;
    this.byName = { send, profile, members, backfill, directory, media, status };
  }

  run(inbound: InboundRequest): Promise<RawResponse> {
    return this.byName[inbound.endpoint.name].run(inbound);
  }
}
