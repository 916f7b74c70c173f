/** File with a tenant's OpenID client secret, in the folder that the API mounts. A `_` is in no server_name: two tenants never share one. */
export function clientSecretFileName(serverName: string): string {
  return serverName.replace(':', '_');
}
