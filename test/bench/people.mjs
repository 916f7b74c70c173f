// More people than the demo has: their tokens are signed with the key of its login provider.
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { importJWK, SignJWT } from 'jose';
import { Client } from './client.mjs';

/** People of one tenant who have called once, so that they exist. @returns {Promise<Client[]>} */
export async function makePeople({ tenant, dataFolder, count }) {
  const { issuer, jwk } = JSON.parse(await readFile(join(dataFolder, 'login-provider.json'), 'utf8'));
  const key = await importJWK(jwk, 'RS256');
  const audience = tenant.server_name.split('.')[0];
  const sign = (localId) =>
    new SignJWT({ preferred_username: localId, name: localId }).setProtectedHeader({ alg: 'RS256', kid: jwk.kid })
      .setIssuer(issuer).setAudience(audience).setSubject(`${localId}@${tenant.server_name}`).setIssuedAt().setExpirationTime('1h').sign(key);
  const users = await Promise.all(Array.from({ length: count }, async (_, n) => ({ local_id: `sender${n}`, fqid: `@sender${n}:${tenant.server_name}`, token: await sign(`sender${n}`) })));
  const people = users.map((user) => new Client({ ...tenant, users }, user.local_id));
  for (const person of people) person.participantId = (await person.call('GET', '/v1/me')).participant_id;
  return people;
}
