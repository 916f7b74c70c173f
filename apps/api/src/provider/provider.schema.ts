import { z } from 'zod';
import { defineEndpoint } from '../http/endpoint.js';

const tag = 'provider';
const isProviders = true;

const statusSchema = z.enum(['True', 'False', 'Unknown']);
const conditionSchema = z.object({ type: z.string(), status: statusSchema, reason: z.string(), message: z.string(), last_transition_at: z.string() });
const tenantFields = {
  namespace: z.string(), name: z.string(), server_name: z.string(),
  ready: statusSchema, reason: z.string(), message: z.string().describe('why it is not ready, in a sentence that says what to do'),
  backlog: z.int().nullable().describe('events that wait for other servers; null: there is no server behind this resource'),
  oldest_pending_at: z.iso.datetime().nullable(),
  failed_24h: z.int().nullable().describe('deliveries given up in the last 24 hours'),
  failing_peers: z.int().nullable(),
  next_rotation_at: z.iso.datetime().nullable().describe('when the next key signs'),
  reported_at: z.iso.datetime().describe('when what is said here of readiness last changed'),
};
const tenantSchema = z.object(tenantFields).meta({ id: 'ProviderTenant' });
const tenantDetailsSchema = z.object({
  ...tenantFields,
  conditions: z.array(conditionSchema).describe('empty on one machine, where nobody looks after a tenant'),
  active_key: z.string().nullable(), next_key: z.string().nullable(),
  workers: z.object({ mode: z.string(), ready: z.int(), wanted: z.int() }).nullable(),
  failing: z.array(z.object({ server_name: z.string(), since: z.iso.datetime().nullable(), code: z.string().nullable() })).describe('the peers that are failing, at most 50'),
  yaml: z.string().describe('the resource as it was applied, for `kubectl apply`'),
}).meta({ id: 'ProviderTenantDetails' });

export const TENANT_STATES = ['not_ready', 'failing'] as const;
const resourceName = z.string().max(253).regex(/^[a-z0-9]([a-z0-9.-]*[a-z0-9])?$/);

export const providerConfigEndpoint = defineEndpoint({
  method: 'GET', path: '/v1/provider/auth/config', summary: 'How to log in to the provider’s view', tag, access: 'public', isProviders,
  response: z.object({ issuer: z.string(), client_id: z.string(), login_url: z.string(), host: z.string() }),
});
export const providerLogin = defineEndpoint({
  method: 'GET', path: '/v1/provider/auth/login', summary: 'Begins the login at the provider’s OpenID issuer (PKCE)', tag, access: 'public', isProviders, status: 302,
  // Only paths of the view: anything else would be an open redirect.
  query: z.strictObject({ return_to: z.string().max(2_000).regex(/^\/provider(?![^/?])[^\r\n\\]*$/).default('/provider') }),
});
export const providerCallback = defineEndpoint({
  method: 'GET', path: '/v1/provider/auth/callback', summary: 'The provider’s OpenID issuer sends the browser back here', tag, access: 'public', isProviders, status: 302, query: z.looseObject({}).describe('what OpenID Connect says'),
});
export const providerLogout = defineEndpoint({ method: 'POST', path: '/v1/provider/auth/logout', summary: 'Ends the session', tag, isProviders, status: 204 });
export const providerMe = defineEndpoint({ method: 'GET', path: '/v1/provider/me', summary: 'Who is logged in to the provider’s view', tag, isProviders, response: z.object({ subject: z.string(), name: z.string() }) });
export const listProviderTenants = defineEndpoint({
  method: 'GET', path: '/v1/provider/tenants', tag, isProviders,
  summary: 'All tenants by namespace and name; `cursor` is the next_cursor of the page before, `meta.counts` says how many there are in all, not ready, and failing',
  query: z.strictObject({
    state: z.enum(TENANT_STATES).optional(), q: z.string().max(255).optional().describe('a part of the namespace, the name or the server_name'),
    limit: z.coerce.number().int().min(1).max(200).default(50), cursor: z.string().max(510).optional(),
  }),
  response: z.array(tenantSchema),
});
export const getProviderTenant = defineEndpoint({
  method: 'GET', path: '/v1/provider/tenants/:namespace/:name', summary: 'One tenant: every condition, and the YAML that made it', tag, isProviders,
  params: z.strictObject({ namespace: resourceName, name: resourceName }), response: tenantDetailsSchema,
});
