/** The page that explains what became of an event at one server, or of an invitation. */
export function explainPath(id: string, peer?: string): string {
  return `/admin/federation/explain?${new URLSearchParams({ id, ...(peer && { peer }) }).toString()}`;
}
