import { z } from 'zod';
import { httpUrl, list } from './fields.js';
import type { Parsed } from './parse-config.js';

const LOCAL_NAME = /(^|\.)localhost$|(^|\.)test$|^127\.0\.0\.1$/;
const isSafe = (text: string): boolean => {
  const url = URL.parse(text);
  return url === null || url.protocol === 'https:' || LOCAL_NAME.test(url.hostname);
};

const neededFields = {
  PROVIDER_HOST: z.string().regex(/^[a-z0-9]([a-z0-9.-]{0,251}[a-z0-9])?(:[0-9]{1,5})?$/, 'must be a lower-case host name, with a port where it has one').optional().describe('Host of the provider\'s view. It is no tenant\'s, and its routes exist on no other. All PROVIDER_ settings unset: there is no such view.'),
  PROVIDER_OIDC_ISSUER: httpUrl.refine(isSafe, 'must begin with https:// unless its name is local').optional().describe('OpenID issuer of the provider\'s own people.'),
  PROVIDER_OIDC_CLIENT_ID: z.string().max(255).optional().describe('Client id at that issuer; it logs in with PKCE. Tokens must have it as audience.'),
  PROVIDER_ROLES: list.refine((roles) => roles.length > 0, 'must name a role').optional().describe('Values of the claim `roles`, between commas, of which one is needed to see the view.'),
} as const;

/** The provider's view: who may see how all tenants stand, and under which name. */
export const providerFields = {
  ...neededFields,
  PROVIDER_OIDC_SECRET_FILE: z.string().optional().describe('File with the client secret, where the issuer wants one. Read at each login.'),
} as const;

type ProviderEnv = Parsed<typeof providerFields>;

/** Half a setting would be a view that nobody, or anybody, can enter. */
export function providerIsWholeOrAbsent(env: Partial<ProviderEnv>): string | null {
  const missing = (Object.keys(neededFields) as (keyof typeof neededFields)[]).filter((name) => env[name] === undefined);
  const isAbsent = (Object.keys(providerFields) as (keyof ProviderEnv)[]).every((name) => env[name] === undefined);
  return missing.length === 0 || isAbsent ? null : `For the provider's view ${missing.join(', ')} must be set, too; without all four there is none.`;
}

export interface ProviderConfig {
  host: string;
  issuer: string;
  clientId: string;
  /** null: its client has no secret */
  secretFile: string | null;
  roles: readonly string[];
}

/** Null: there is no provider's view. */
export function providerConfig(env: ProviderEnv): ProviderConfig | null {
  const { PROVIDER_HOST: host, PROVIDER_OIDC_ISSUER: issuer, PROVIDER_OIDC_CLIENT_ID: clientId, PROVIDER_OIDC_SECRET_FILE: secretFile, PROVIDER_ROLES: roles } = env;
  return host === undefined || issuer === undefined || clientId === undefined || roles === undefined ? null : { host, issuer, clientId, secretFile: secretFile ?? null, roles };
}
