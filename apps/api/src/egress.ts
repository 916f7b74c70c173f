import { forbidEgressExcept, hostAndPort, type ApiConfig, type ApiSecrets } from '@scaiwave/config';

/**
 * Where this process may connect to: Postgres, Redis, and the OpenID issuers of its tenants as they are met.
 * Any other connection throws. Where the settings list the hosts, that list is final.
 */
export class Egress {
  readonly #allowed: Set<string>;
  readonly #isFinal: boolean;

  constructor(config: Pick<ApiConfig, 'egressAllowed'>, secrets: ApiSecrets) {
    const { databaseUrl, databaseFleetUrl, redisUrl } = secrets;
    this.#isFinal = config.egressAllowed !== undefined;
    this.#allowed = new Set([...(config.egressAllowed ?? []), targetOf(databaseUrl.reveal(), 5432), targetOf(databaseFleetUrl.reveal(), 5432), targetOf(redisUrl.reveal(), 6379)]);
  }

  /** From now on. Returns what ends it. */
  begin(): () => void {
    return forbidEgressExcept(this.#allowed);
  }

  /** The address of a tenant's issuer, or one that such an issuer publishes for its keys and tokens. */
  allowIssuer(url: string): void {
    if (!this.#isFinal) this.#allowed.add(hostAndPort(url, url.startsWith('http:') ? 80 : 443));
  }
}

/** Postgres may be at a Unix socket: `?host=/run/postgresql`. */
function targetOf(url: string, defaultPort: number): string {
  const { port, searchParams } = new URL(url);
  const folder = searchParams.get('host');
  return folder?.startsWith('/') ? `${folder}/.s.PGSQL.${port || defaultPort}` : hostAndPort(url, defaultPort);
}
