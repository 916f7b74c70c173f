/** Every key of the query cache, so that a hook and the stream mean the same entry. */
export const keys = {
  config: ['config'] as const,
  me: ['me'] as const,
  connection: ['connection'] as const,
  rooms: ['rooms'] as const,
  room: (roomId: string) => ['room', roomId] as const,
  timeline: (roomId: string) => ['timeline', roomId] as const,
  threads: (roomId: string) => ['thread', roomId] as const,
  thread: (roomId: string, eventId: string) => ['thread', roomId, eventId] as const,
  members: (roomId: string) => ['members', roomId] as const,
  roomInvitations: (roomId: string) => ['room-invitations', roomId] as const,
  myInvitations: ['my-invitations'] as const,
  notifications: ['notifications'] as const,
  presence: ['presence'] as const,
  typing: (roomId: string) => ['typing', roomId] as const,
  deliveries: (eventId: string) => ['deliveries', eventId] as const,
  serverCheck: (serverName: string) => ['server-check', serverName] as const,
  people: (query: string, scope: string) => ['people', query, scope] as const,
  publicRooms: (query: string) => ['public-rooms', query] as const,
  peers: ['peers'] as const,
  peer: (serverName: string) => ['peers', serverName] as const,
  policy: ['policy'] as const,
  identity: ['identity'] as const,
  signingKeys: ['signing-keys'] as const,
};

export type QueryKey = readonly string[];
