import { z } from 'zod';
import { defineEndpoint } from '../http/endpoint.js';

const tag = 'admin: federation';
const access = 'admin';

const keySchema = z.object({
  kid: z.string(), public_key: z.string(), fingerprint: z.string(), state: z.enum(['next', 'active', 'retiring', 'retired', 'revoked']),
  valid_from: z.iso.datetime().meta({ description: 'since when it signs; of a next one, not before' }),
  valid_until: z.iso.datetime().nullable().meta({ description: 'until when what it signed is believed; null: no end is set' }),
});
const keysSchema = z.object({
  keys: z.array(keySchema).meta({ description: 'newest first' }),
  next_rotation_at: z.iso.datetime().nullable().meta({ description: 'when the next key signs; null: only when somebody asks' }),
  waits_for: z.enum(['publication', 'workers', 'resume']).nullable().meta({ description: 'what holds the next key back: nobody has published it yet, not every worker has loaded it, or the tenant is suspended' }),
  requested_at: z.iso.datetime().nullable().meta({ description: 'a wish for another key that nobody has seen to yet' }),
}).meta({ id: 'SigningKeys' });

export const listKeys = defineEndpoint({ method: 'GET', path: '/v1/admin/federation/keys', summary: 'Our signing keys, public parts, and when the next one signs', tag, access, response: keysSchema });
export const rotateKeys = defineEndpoint({
  method: 'POST', path: '/v1/admin/federation/keys/rotate', summary: 'Asks for another signing key: it is published at once and signs after its time of publication', tag, access, status: 202, response: keysSchema,
});
