import type { IncomingMessage } from 'node:http';
import { Injectable } from '@nestjs/common';
import { FindTenantByHost, type Actor } from '@scaiwave/core';
import { BearerTokens } from '../auth/bearer-tokens.js';
import { Sessions } from '../auth/sessions.js';
import { ProviderAccess } from '../provider/provider-access.js';

/** Who opens a stream: a token in the query, or the session cookie from a page of the same server. */
@Injectable()
export class StreamAuth {
  constructor(
    private readonly tenants: FindTenantByHost,
    private readonly bearer: BearerTokens,
    private readonly sessions: Sessions,
    private readonly provider: ProviderAccess,
  ) {}

  async find(request: IncomingMessage): Promise<Actor | null> {
    const { origin, host, cookie, authorization } = request.headers;
    if (this.provider.isHost(host)) return null;
    const found = await this.tenants.run(host ?? '');
    if (found.state !== 'active') return null;
    const token = queryOf(request).get('token');
    const bearer = token === null ? authorization : `Bearer ${token}`;
    if (bearer !== undefined) return this.bearer.verify(found.row, bearer).catch(() => null);
    // Browsers send cookies with sockets from any page: only pages of this very host may use them.
    if (origin === undefined || URL.parse(origin)?.host !== host) return null;
    return (await this.sessions.find(found.tenant, cookie))?.actor ?? null;
  }
}

export function queryOf(request: IncomingMessage): URLSearchParams {
  return URL.parse(request.url ?? '', 'http://stream')?.searchParams ?? new URLSearchParams();
}
