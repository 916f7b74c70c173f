import { Injectable } from '@nestjs/common';
import { NoteReturn } from '../lanes/sever/note-return.js';
import { PeerHealth } from '../peers/index.js';
import type { InboundRequest } from './inbound-request.js';
import { isFarewell } from './unpack-body.js';

/** What a valid request says of the server that made it: it is there; and if it had removed us, it has come back. */
@Injectable()
export class NoteSender {
  constructor(
    private readonly health: PeerHealth,
    private readonly returned: NoteReturn,
  ) {}

  async run(inbound: InboundRequest): Promise<void> {
    const { tenant, origin, standing, endpoint, raw } = inbound;
    await this.health.seen(tenant, origin);
    if (standing !== 'removed_by_them') return;
    // The same word once more: our answer to it was lost.
    const isRepeated = endpoint.name === 'send' && isFarewell(raw.body, inbound.header('content-encoding'));
    if (!isRepeated) await this.returned.run(tenant, origin);
  }
}
