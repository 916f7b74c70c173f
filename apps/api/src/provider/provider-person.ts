import type { JWTPayload } from 'jose';

/** Somebody of the provider, as the provider's issuer knows them. They are no participant of any tenant. */
export interface ProviderPerson {
  subject: string;
  name: string;
  roles: string[];
}

const MAX_LENGTH = 200;
const MAX_ROLES = 100;

export function providerPersonOf(claims: JWTPayload): ProviderPerson {
  const { sub = '', name, preferred_username: login, roles } = claims;
  const said = [name, login, sub].find((text): text is string => typeof text === 'string' && text.trim() !== '') ?? sub;
  return { subject: sub, name: said.trim().slice(0, MAX_LENGTH), roles: (Array.isArray(roles) ? roles : []).filter((role): role is string => typeof role === 'string').slice(0, MAX_ROLES) };
}
