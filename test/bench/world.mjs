// The people and rooms that the workloads speak through.
import { Client } from './client.mjs';
import { makePeople } from './people.mjs';

const SENDERS = 16;

/** alice (acme, host) and sixteen colleagues, bob (acme's admin), carol (globex, an admin, on alice's installation), dave (initech). */
export async function makeWorld(all) {
  const alice = new Client(all.tenant('acme'), 'alice');
  const world = {
    all,
    alice,
    bob: new Client(all.tenant('acme'), 'bob'),
    carol: new Client(all.tenant('globex'), 'carol'),
    dave: new Client(all.tenant('initech'), 'dave'),
    senders: await makePeople({ tenant: all.tenant('acme'), dataFolder: all.data, count: SENDERS }),
  };
  return world;
}

/** A room of acme in which its sixteen senders and initech's dave are joined. */
export async function sharedRoom({ alice, dave, senders }, name) {
  const { id } = await alice.call('POST', '/v1/rooms', { room_type: 'group', name });
  const invitation = await alice.call('POST', `/v1/rooms/${id}/invitations`, { fqid: dave.fqid });
  await until(async () => (await dave.call('GET', '/v1/me/invitations')).some(({ id: found }) => found === invitation.id));
  await dave.call('POST', `/v1/me/invitations/${invitation.id}/accept`);
  for (const sender of senders) await alice.call('POST', `/v1/rooms/${id}/invite`, { participant_id: sender.participantId });
  await until(async () => (await dave.call('GET', `/v1/rooms/${id}/members`)).length === senders.length + 2);
  return id;
}

/** Asks until it is so. */
export async function until(isSo, everyMs = 50, withinMs = 120_000) {
  for (const end = performance.now() + withinMs; performance.now() < end; ) {
    if (await isSo().catch(() => false)) return;
    await new Promise((resolve) => setTimeout(resolve, everyMs));
  }
  throw new Error(`it did not come within ${withinMs} ms: ${isSo}`);
}
