import type { components, operations } from './generated.js';
import type * as app from './types.js';

type Schemas = components['schemas'];
type DataOf<Name extends keyof operations> = operations[Name] extends { responses: { 200: { content: { 'application/json': { data: infer Data } } } } } ? Data : never;
/** Does not compile where the API gives something that the app's own type does not expect. */
type Gives<_Expected, Given extends _Expected> = Given;

/** What the API gives (left: the app's type, right: the generated one). Checked by the compiler, used by nobody. */
export interface TypesMatch {
  participant: Gives<app.Participant, Schemas['Participant']>;
  room: Gives<app.Room, Schemas['Room']>;
  member: Gives<app.Member, Schemas['Member']>;
  event: Gives<app.RoomEvent, Schemas['Event']>;
  invitation: Gives<app.Invitation, Schemas['Invitation']>;
  notification: Gives<app.NotificationItem, Schemas['Notification']>;
  peer: Gives<app.Peer, Schemas['Peer']>;
  policy: Gives<app.Policy, Schemas['Policy']>;
  me: Gives<app.Me, DataOf<'getMe'>>;
  authConfig: Gives<app.AuthConfig, DataOf<'getAuthConfig'>>;
  identity: Gives<app.Identity, DataOf<'getAdminFederationIdentity'>>;
  server: Gives<app.ServerCheck, DataOf<'getFederationServersServerName'>>;
  delivery: Gives<app.Delivery, DataOf<'getRoomsRoomIdEventsEventIdDeliveries'>[number]>;
  presence: Gives<Record<string, app.PresenceStatus>, DataOf<'getPresence'>>;
}
