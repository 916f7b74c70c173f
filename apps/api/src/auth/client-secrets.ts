import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Injectable } from '@nestjs/common';
import { clientSecretFileName, type TenantRow } from '@scaiwave/core';
import { ApiConfig } from '../api-config.js';

/** The OpenID client secrets of tenants that have one: a file each, in a folder that is mounted. */
@Injectable()
export class ClientSecrets {
  constructor(private readonly config: ApiConfig) {}

  /** Read afresh each time, for the folder changes while we run. Null: the tenant logs in by PKCE alone. @throws Error when the file cannot be read */
  async find(tenant: Pick<TenantRow, 'server_name'>): Promise<string | null> {
    const { oidcSecretsDir } = this.config.settings;
    if (oidcSecretsDir === undefined) return null;
    try {
      return (await readFile(join(oidcSecretsDir, clientSecretFileName(tenant.server_name)), 'utf8')).trim();
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null;
      throw error;
    }
  }
}
