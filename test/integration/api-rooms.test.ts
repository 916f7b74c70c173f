import { ApiWorld, type Caller } from './api-world.js';

let world: ApiWorld;
let alice: Caller;
let bob: Caller;
let carol: Caller;
beforeAll(async () => {
  world = await ApiWorld.create({ tenants: ['alpha', 'beta'] });
  [alice, bob, carol] = [await world.person('alice'), await world.person('bob'), await world.person('carol')];
});
afterAll(() => world.close());

describe('rooms', () => {
  test('a room is its maker’s from the beginning', async () => {
    const room = await alice.room('Garden', { topic: 'Roses' });
    expect(room).toMatchObject({
      name: 'Garden', topic: 'Roses', room_type: 'group', state: 'open', host: 'alpha.test', servers: ['alpha.test'], is_federated: false, creator_id: alice.participantId,
      my: { membership: 'join', power_level: 100 }, can: { invite: true, invite_federated: true, invite_federated_reason: null, kick: true, rename: true, close: true },
    });
    expect((await alice.must<any[]>('GET', '/v1/rooms')).map(({ id }) => id)).toContain(room.id);
  });

  test('name, topic, archive, close', async () => {
    const room = await alice.room();
    expect((await alice.must('PUT', `/v1/rooms/${room.id}/name`, { name: 'Attic' })).name).toBe('Attic');
    expect((await alice.must('PUT', `/v1/rooms/${room.id}/topic`, { topic: 'Boxes' })).topic).toBe('Boxes');
    expect((await alice.must('POST', `/v1/rooms/${room.id}/archive`)).state).toBe('archived');
    expect((await alice.call('POST', `/v1/rooms/${room.id}/send`, { content: { msgtype: 'swp.text', body: 'x' } })).code).toBe('SW_ROOM_FROZEN');
    expect((await alice.must('POST', `/v1/rooms/${room.id}/close`)).state).toBe('closed');
    expect((await alice.call('PUT', `/v1/rooms/${room.id}/name`, { name: 'x' })).code).toBe('SW_ROOM_FROZEN');
  });

  test.each(['incognito', 'bridge'])('%s rooms refuse people of other servers, and say why', async (roomType) => {
    const root = await world.person('root', 'alpha', 'admin');
    const room = await root.room('Secret', { room_type: roomType });
    expect(room.can).toMatchObject({ invite: true, invite_federated: false, invite_federated_reason: 'SW_ROOM_TYPE_INVARIANT' });
    expect((await root.call('POST', `/v1/rooms/${room.id}/invitations`, { fqid: '@dave:gamma.test' })).code).toBe('SW_ROOM_TYPE_INVARIANT');
  });

  test('a bridge room is an admin’s to make', async () => {
    expect((await alice.call('POST', '/v1/rooms', { room_type: 'bridge', name: 'x' })).code).toBe('SW_AUTH_INSUFFICIENT_PERMISSION');
  });

  test('public rooms are found and joined; others are not', async () => {
    const [open, closed] = [await alice.room('Plaza', { room_type: 'public' }), await alice.room('Cellar')];
    const found = await bob.must<any[]>('GET', '/v1/directory/rooms?q=plaz');
    expect(found.map(({ id }) => id)).toEqual([open.id]);
    expect((await bob.must('POST', `/v1/rooms/${open.id}/join`)).my.membership).toBe('join');
    expect((await bob.call('POST', `/v1/rooms/${closed.id}/join`)).code).toBe('SW_ROOM_NOT_FOUND');
  });

  test('a DM is the same for both, and there is only one', async () => {
    const dm = await alice.must('POST', '/v1/rooms/dm', { participant_id: bob.participantId });
    expect(dm).toMatchObject({ room_type: 'dm', name: null, dm_with: { fqid: bob.fqid } });
    const theirs = await bob.must('POST', '/v1/rooms/dm', { participant_id: alice.participantId });
    expect(theirs).toMatchObject({ id: dm.id, dm_with: { fqid: alice.fqid } });
  });

  test('lists come in pages', async () => {
    const erin = await world.person('erin');
    for (const name of ['one', 'two', 'three']) await erin.room(name);
    const page = await erin.call<any[]>('GET', '/v1/rooms?limit=2&offset=2');
    expect([page.data.length, page.meta?.total]).toEqual([1, 3]);
  });
});

describe('members', () => {
  test('add, power, kick, ban, unban, leave', async () => {
    const room = await alice.room();
    await alice.add(room.id, bob);
    await alice.add(room.id, carol);
    const members = () => alice.must<any[]>('GET', `/v1/rooms/${room.id}/members`);
    expect((await members()).map((member) => [member.participant.local_id, member.membership, member.power_level])).toEqual([['alice', 'join', 100], ['bob', 'join', 0], ['carol', 'join', 0]]);
    expect((await bob.call('POST', `/v1/rooms/${room.id}/kick`, { participant_id: carol.participantId })).code).toBe('SW_ROOM_FORBIDDEN');
    await alice.must('PUT', `/v1/rooms/${room.id}/members/${bob.participantId}/power`, { power_level: 50 });
    await bob.must('POST', `/v1/rooms/${room.id}/kick`, { participant_id: carol.participantId, reason: 'noise' });
    expect((await carol.call('GET', `/v1/rooms/${room.id}/messages`)).code).toBe('SW_ROOM_NOT_FOUND');
    await bob.must('POST', `/v1/rooms/${room.id}/ban`, { participant_id: carol.participantId });
    expect((await alice.call('POST', `/v1/rooms/${room.id}/invite`, { participant_id: carol.participantId })).status).toBe(403);
    await bob.must('POST', `/v1/rooms/${room.id}/unban`, { participant_id: carol.participantId });
    await alice.add(room.id, carol);
    await bob.must('POST', `/v1/rooms/${room.id}/leave`);
    expect((await members()).filter((member) => member.membership === 'join').map((member) => member.participant.local_id)).toEqual(['alice', 'carol']);
  });

  test('a stranger does not learn that a room exists', async () => {
    const room = await alice.room();
    for (const path of ['', '/members', '/state', '/messages', '/invitations']) expect([path, (await bob.call('GET', `/v1/rooms/${room.id}${path}`)).code]).toEqual([path, 'SW_ROOM_NOT_FOUND']);
    for (const path of ['/leave', '/close', '/archive', '/join']) expect([path, (await bob.call('POST', `/v1/rooms/${room.id}${path}`)).code]).toEqual([path, 'SW_ROOM_NOT_FOUND']);
  });

  test('own settings: notification mode, mute, read marker', async () => {
    const room = await alice.room();
    await alice.add(room.id, bob);
    const message = await alice.say(room.id, 'hello');
    const mine = async () => bob.must('GET', `/v1/rooms/${room.id}`);
    expect(await mine()).toMatchObject({ unread_count: 1, last_read_event_id: null });
    await bob.must('PUT', `/v1/rooms/${room.id}/notification-mode`, { mode: 'all' });
    await bob.must('PUT', `/v1/rooms/${room.id}/mute`, { until: '2030-01-01T00:00:00Z' });
    await bob.must('POST', `/v1/rooms/${room.id}/read`, { event_id: message.id });
    expect(await mine()).toMatchObject({ unread_count: 0, last_read_event_id: message.id, my: { notification_mode: 'all', muted_until: '2030-01-01T00:00:00.000Z' } });
    expect(await bob.must('GET', `/v1/rooms/${room.id}/state`)).toMatchObject({ room: { id: room.id }, unread_count: 0, active_call: null });
  });
});

describe('messages', () => {
  test('send, edit, react, reply, redact', async () => {
    const room = await alice.room();
    await alice.add(room.id, bob);
    const sent = await alice.say(room.id, 'helo', { mentions: [bob.participantId] });
    expect(sent).toMatchObject({ event_type: 'swp.room.message', sender: { fqid: alice.fqid }, state: 'sequenced', origin: 'alpha.test', content: { body: 'helo', mentions: [bob.participantId] }, reactions: [], thread_count: 0 });
    const at = `/v1/rooms/${room.id}/events/${sent.id}`;
    expect(await alice.must('POST', `${at}/edit`, { content: { msgtype: 'swp.text', body: 'hello' } })).toMatchObject({ content: { body: 'hello' }, original_content: { body: 'helo' }, edited_at: expect.any(String) });
    expect((await bob.call('POST', `${at}/edit`, { content: { msgtype: 'swp.text', body: 'x' } })).status).toBe(403);
    await bob.must('POST', `${at}/reaction`, { emoji: '🚀' });
    const reacted = await alice.must('POST', `${at}/reaction`, { emoji: '🚀' });
    expect(reacted.reactions).toEqual([{ emoji: '🚀', count: 2, me: true, participants: expect.arrayContaining([alice.participantId, bob.participantId]) }]);
    expect((await alice.must('DELETE', `${at}/reaction`, { emoji: '🚀' })).reactions).toMatchObject([{ count: 1, me: false }]);
    const reply = await bob.say(room.id, 'hi', { reply_to_event_id: sent.id });
    expect(reply.reply_to_event_id).toBe(sent.id);
    const thread = await alice.must<any[]>('GET', `${at}/thread`);
    expect(thread.map(({ id, thread_count }) => [id, thread_count])).toEqual([[sent.id, 1], [reply.id, 0]]);
    expect((await bob.call('POST', `${at}/redact`, {})).code).toBe('SW_REDACT_FORBIDDEN');
    expect(await alice.must('POST', `${at}/redact`, { reason: 'oops' })).toMatchObject({ content: null, unavailable: false, redacted_at: expect.any(String), reactions: expect.anything() });
    expect((await bob.must<any[]>('GET', '/v1/notifications'))[0]).toMatchObject({ kind: 'mention', data: { event_id: sent.id, room_id: room.id } });
  });

  test('what many say at the same time gets its places without a gap, whatever is wrong with some of it', async () => {
    const room = await alice.room();
    await alice.add(room.id, bob);
    const twice = '019a2b3c-2222-7000-8000-00000000abcd';
    const post = (who: Caller, body: unknown, uuid?: string) => who.call('POST', `/v1/rooms/${room.id}/send`, { content: { msgtype: 'swp.text', body }, ...(uuid ? { event_uuid: uuid } : {}) });
    const answers = await Promise.all([
      post(alice, 'first'), post(bob, 'second'), post(alice, 'twice', twice), post(alice, 'twice', twice), post(bob, 7), post(carol, 'a stranger'),
      post(bob, 'not mine', twice), ...Array.from({ length: 20 }, (_, n) => post(n % 2 ? alice : bob, `more ${n}`)),
    ]);
    const codes = answers.map(({ status, code }) => code ?? status);
    expect(codes.slice(0, 2)).toEqual([201, 201]);
    expect(codes.slice(2, 4).toSorted()).toEqual([200, 201]);
    expect(codes.slice(4, 7)).toEqual(['SW_REQUEST_INVALID', 'SW_ROOM_NOT_FOUND', 'SW_FED_ID_CONFLICT']);
    expect(codes.slice(7)).toEqual(Array.from({ length: 20 }, () => 201));
    const messages = (await alice.must<any[]>('GET', `/v1/rooms/${room.id}/messages?limit=100&direction=forward`)).filter(({ event_type: type }) => type === 'swp.room.message');
    expect(messages).toHaveLength(23);
    expect(messages.map(({ room_seq: seq }) => seq)).toEqual(messages.map((_, index) => messages[0].room_seq + index));
  });

  test('the same event_uuid gives the message of then', async () => {
    const room = await alice.room();
    const body = { content: { msgtype: 'swp.text', body: 'once' }, event_uuid: '019a2b3c-1111-7000-8000-00000000abcd' };
    const [first, again] = [await alice.call('POST', `/v1/rooms/${room.id}/send`, body), await alice.call('POST', `/v1/rooms/${room.id}/send`, body)];
    expect([first.status, again.status, again.data.id]).toEqual([201, 200, first.data.id]);
  });

  test('the timeline comes in pages, both ways, without a gap or a repeat', async () => {
    const room = await alice.room();
    for (let n = 0; n < 12; n++) await alice.say(room.id, String(n));
    const walk = async (direction: string) => {
      const bodies: string[] = [];
      let from = '';
      for (;;) {
        const page = await alice.call<any[]>('GET', `/v1/rooms/${room.id}/messages?limit=5&direction=${direction}${from}`);
        bodies.push(...page.data.filter((event) => event.event_type === 'swp.room.message').map((event) => event.content.body));
        if (!page.meta?.has_more) return bodies;
        from = `&from=${page.meta.next_cursor}`;
      }
    };
    const all = Array.from({ length: 12 }, (_, n) => String(n));
    expect(await walk('forward')).toEqual(all);
    expect(await walk('back')).toEqual(all.toReversed());
  });

  test('the timeline begins around an event, and goes on from there both ways', async () => {
    const room = await alice.room();
    const said = [];
    for (let n = 0; n < 12; n++) said.push(await alice.say(room.id, String(n)));
    const bodies = (events: any[]) => events.filter((event) => event.event_type === 'swp.room.message').map((event) => event.content.body);
    const middle = await alice.call<any[]>('GET', `/v1/rooms/${room.id}/messages?limit=4&around=${said[6].id}`);
    expect(bodies(middle.data)).toEqual(['8', '7', '6', '5']);
    const newer = await alice.call<any[]>('GET', `/v1/rooms/${room.id}/messages?direction=forward&from=${middle.meta!.newer_cursor}`);
    expect([bodies(newer.data), newer.meta!.has_more]).toEqual([['9', '10', '11'], false]);
    const older = await alice.call<any[]>('GET', `/v1/rooms/${room.id}/messages?from=${middle.meta!.next_cursor}`);
    expect([bodies(older.data), older.meta!.has_more]).toEqual([['4', '3', '2', '1', '0'], false]);
    const atTheEnd = await alice.call<any[]>('GET', `/v1/rooms/${room.id}/messages?limit=4&around=${said[11].id}`);
    expect([bodies(atTheEnd.data), atTheEnd.meta!.newer_cursor]).toEqual([['11', '10'], null]);
    expect((await alice.call('GET', `/v1/rooms/${room.id}/messages?around=00000000-0000-4000-8000-000000000000`)).code).toBe('SW_EVENT_NOT_FOUND');
    expect((await bob.call('GET', `/v1/rooms/${room.id}/messages?around=${said[6].id}`)).code).toBe('SW_ROOM_NOT_FOUND');
  });

  test('a room that hides its history shows what was said since one came', async () => {
    const room = await alice.room('Vault', { hides_history: true });
    await alice.say(room.id, 'before');
    const before = (await alice.must<any[]>('GET', `/v1/rooms/${room.id}/messages?limit=1`))[0];
    await alice.add(room.id, bob);
    await alice.say(room.id, 'after');
    const seen = await bob.must<any[]>('GET', `/v1/rooms/${room.id}/messages`);
    expect(seen.filter((event) => event.event_type === 'swp.room.message').map((event) => event.content.body)).toEqual(['after']);
    expect((await bob.call('GET', `/v1/rooms/${room.id}/events/${before.id}/thread`)).code).toBe('SW_EVENT_NOT_FOUND');
    expect((await bob.call('GET', `/v1/rooms/${room.id}/messages?around=${before.id}`)).code).toBe('SW_EVENT_NOT_FOUND');
    const synced = await bob.must('GET', '/v1/sync?limit=500');
    expect(synced.events.map((frame: any) => frame.content?.body)).not.toContain('before');
  });

  test('what concerns nobody else is delivered to nobody else', async () => {
    const room = await alice.room();
    const message = await alice.say(room.id, 'x');
    expect(await alice.must('GET', `/v1/rooms/${room.id}/events/${message.id}/deliveries`)).toEqual([]);
    expect((await bob.call('GET', `/v1/rooms/${room.id}/events/${message.id}/deliveries`)).code).toBe('SW_ROOM_NOT_FOUND');
  });
});

describe('people', () => {
  test('preferences merge', async () => {
    await alice.must('PUT', '/v1/me/preferences', { locale: 'nl' });
    await alice.must('PUT', '/v1/me/preferences', { time_format: '12h' });
    expect(await alice.must('GET', '/v1/me/preferences')).toMatchObject({ locale: 'nl', time_format: '12h', default_mode: 'mentions' });
  });

  test('presence is what one says it is, and appear_offline is offline to others', async () => {
    await alice.must('PUT', '/v1/me/presence', { status: 'busy' });
    await bob.must('PUT', '/v1/me/presence', { status: 'appear_offline' });
    expect(await carol.must('GET', `/v1/presence?ids=${alice.participantId},${bob.participantId}`)).toEqual({ [alice.participantId]: 'busy', [bob.participantId]: 'offline' });
    expect((await bob.must('GET', '/v1/me')).presence).toBe('appear_offline');
  });

  test('the directory finds people by name', async () => {
    expect((await alice.must<any[]>('GET', '/v1/directory/participants?q=BO')).map(({ local_id }) => local_id)).toEqual(['bob']);
  });

  test('notifications are read, some or all', async () => {
    const dora = await world.person('dora');
    const room = await alice.room();
    await alice.add(room.id, dora);
    for (const body of ['a', 'b', 'c']) await alice.say(room.id, body, { mentions: [dora.fqid] });
    const list = await dora.call<any[]>('GET', '/v1/notifications');
    expect([list.data.length, list.meta?.unread]).toEqual([3, 3]);
    await dora.must('POST', '/v1/notifications/read', { ids: [list.data[0].id] });
    expect((await dora.call('GET', '/v1/notifications?unread_only=true')).data).toHaveLength(2);
    await dora.must('POST', '/v1/notifications/read', {});
    expect((await dora.call('GET', '/v1/notifications')).meta?.unread).toBe(0);
  });
});

test('one tenant’s things are nowhere to be found from another', async () => {
  const eve = await world.person('eve', 'beta', 'admin');
  const room = await alice.room();
  const message = await alice.say(room.id, 'private');
  const at = `/v1/rooms/${room.id}/events/${message.id}`;
  const calls: Array<[string, string, unknown?]> = [
    ['GET', `/v1/rooms/${room.id}`], ['GET', `/v1/rooms/${room.id}/messages`], ['GET', `/v1/rooms/${room.id}/deliveries`], ['GET', `/v1/rooms/${room.id}/members`], ['GET', `/v1/rooms/${room.id}/state`], ['GET', `${at}/thread`], ['GET', `${at}/deliveries`],
    ['POST', `/v1/rooms/${room.id}/join`], ['POST', `/v1/rooms/${room.id}/leave`], ['POST', `/v1/rooms/${room.id}/close`], ['PUT', `/v1/rooms/${room.id}/name`, { name: 'x' }],
    ['POST', `/v1/rooms/${room.id}/send`, { content: { msgtype: 'swp.text', body: 'x' } }], ['POST', `${at}/edit`, { content: { msgtype: 'swp.text', body: 'x' } }], ['POST', `${at}/redact`, {}], ['POST', `${at}/reaction`, { emoji: 'x' }],
    ['POST', `/v1/rooms/${room.id}/kick`, { participant_id: alice.participantId }], ['POST', '/v1/rooms/dm', { participant_id: alice.participantId }], ['PUT', '/v1/typing', { room_id: room.id, typing: true }],
    ['PUT', `/v1/admin/rooms/${room.id}/federate`, { enabled: false }], ['POST', `/v1/admin/rooms/${room.id}/federation/backfill`], ['POST', `/v1/admin/federation/foreign/${alice.participantId}/refresh`],
  ];
  for (const [method, path, body] of calls) expect([method, path, (await eve.call(method, path, body)).status]).toEqual([method, path, 404]);
  expect(await eve.must('GET', '/v1/rooms')).toEqual([]);
  expect(await eve.must('GET', `/v1/presence?ids=${alice.participantId}`)).toEqual({});
  expect((await eve.must<any[]>('GET', '/v1/directory/participants?include_federated=true')).map(({ fqid }) => fqid)).toEqual([eve.fqid]);
});
