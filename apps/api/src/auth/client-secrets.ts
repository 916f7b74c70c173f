import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Injectable } from '@nestjs/common';
import type { ProviderConfig } from '@scaiwave/config';
import { clientSecretFileName, type TenantRow } from '@scaiwave/core';
import { DomainError } from '@scaiwave/protocol';
import { Logger } from '@scaiwave/telemetry';
import { ApiConfig } from '../api-config.js';

/** The OpenID client secrets of tenants that have one, and the provider's: a file each, read afresh each time, for they change while we run. */
@Injectable()
export class ClientSecrets {
  constructor(
    private readonly config: ApiConfig,
    private readonly logger: Logger,
  ) {}

  /** Null: the tenant logs in by PKCE alone. @throws Error when the file cannot be read */
  async find(tenant: Pick<TenantRow, 'server_name'>): Promise<string | null> {
    const { oidcSecretsDir } = this.config.settings;
    if (oidcSecretsDir === undefined) return null;
    try {
      return await readSecret(join(oidcSecretsDir, clientSecretFileName(tenant.server_name)));
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null;
      throw error;
    }
  }

  /** Null: the provider's people log in by PKCE alone. @throws DomainError `SW_AUTH_OIDC_FAILED` when there is to be a secret and none can be read */
  async findProviders({ secretFile }: ProviderConfig): Promise<string | null> {
    if (secretFile === null) return null;
    try {
      return await readSecret(secretFile);
    } catch (err) {
      this.logger.error({ err }, 'PROVIDER_OIDC_SECRET_FILE gives no client secret: nobody can log in to the provider’s view until it does.');
      throw new DomainError('SW_AUTH_OIDC_FAILED');
    }
  }
}

async function readSecret(file: string): Promise<string> {
  const secret = (await readFile(file, 'utf8')).trim();
  if (secret === '') throw new Error(`${file} is empty`);
  return secret;
}
