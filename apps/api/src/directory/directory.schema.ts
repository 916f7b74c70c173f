import { serverNameSchema } from '@scaiwave/protocol';
import { z } from 'zod';
import { defineEndpoint } from '../http/endpoint.js';
import { participantSchema } from '../members/participant.presenter.js';

/** People who were never met have no id here yet; their FQID is enough to invite them. */
export const foundPersonSchema = participantSchema.extend({ id: z.string().nullable() }).meta({ id: 'FoundPerson' });

export const searchPeople = defineEndpoint({
  method: 'GET', path: '/v1/directory/participants', tag: 'directory',
  summary: 'People of this server, and those of other servers that it has met; with server_name, that server is asked now',
  query: z.strictObject({
    q: z.string().max(200).default(''), type: z.enum(['human', 'federated']).optional(), server_name: serverNameSchema.optional(),
    include_federated: z.enum(['true', 'false']).default('false').transform((flag) => flag === 'true'),
    limit: z.coerce.number().int().min(1).max(100).default(50), offset: z.coerce.number().int().min(0).max(100_000).default(0),
  }),
  response: z.array(foundPersonSchema),
});
