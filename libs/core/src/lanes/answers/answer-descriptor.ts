import { Injectable } from '@nestjs/common';
import { FetchDescriptor } from '../../peers/outbound/fetch-descriptor.js';
import { PeerContacts } from '../peer-contacts.js';
import type { Answer, Question } from './answer-request.js';

/** Always an answer: that a descriptor cannot be had is what was asked. */
@Injectable()
export class AnswerDescriptor {
  constructor(
    private readonly fetch: FetchDescriptor,
    private readonly contacts: PeerContacts,
  ) {}

  async run({ tenant, row }: Question): Promise<Answer> {
    const { refetch, kid, accept } = row.params;
    const outcome = await this.fetch.run({
      tenant,
      serverName: row.server_name,
      refetch: refetch === true,
      kid: typeof kid === 'string' ? kid : null,
      accept: typeof accept === 'string' ? accept : null,
    });
    this.contacts.forget(tenant, row.server_name);
    return { ok: true, answer: outcome };
  }
}
