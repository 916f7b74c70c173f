import { z } from 'zod';
import { defineEndpoint } from '../http/endpoint.js';

const tag = 'auth';

export const authConfig = defineEndpoint({
  method: 'GET', path: '/v1/auth/config', summary: 'How to log in to this server', tag, access: 'public',
  response: z.object({ issuer: z.string(), client_id: z.string(), login_url: z.string(), server_name: z.string(), display_name: z.string() }),
});
export const login = defineEndpoint({
  method: 'GET', path: '/v1/auth/login', summary: 'Begins the login at the OpenID provider (PKCE)', tag, access: 'public', status: 302,
  // Only paths of this server: anything else would be an open redirect.
  query: z.strictObject({ return_to: z.string().regex(/^\/(?![/\\])[^\r\n]*$/).default('/') }),
});
export const authCallback = defineEndpoint({ method: 'GET', path: '/v1/auth/callback', summary: 'The OpenID provider sends the browser back here', tag, access: 'public', status: 302, query: z.looseObject({}).describe('what OpenID Connect says') });
export const logout = defineEndpoint({ method: 'POST', path: '/v1/auth/logout', summary: 'Ends the session', tag, status: 204 });
