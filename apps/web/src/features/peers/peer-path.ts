/** The page of one peer. */
export function peerPath(serverName: string): string {
  return `/admin/federation/peers/${encodeURIComponent(serverName)}`;
}
