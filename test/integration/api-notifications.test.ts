import { MOST_SNOOZES, RemindSweep } from '@scaiwave/core';
import { ApiWorld, type Caller } from './api-world.js';

let world: ApiWorld;
let alice: Caller;
beforeAll(async () => {
  world = await ApiWorld.create({ tenants: ['alpha'] });
  alice = await world.person('alice');
});
afterAll(() => world.close());

let people = 0;
/** A room of alice's with somebody new in it. */
async function roomWith(preferences: Record<string, unknown> = {}): Promise<{ room: any; who: Caller }> {
  const who = await world.person(`person-${(people += 1)}`);
  await who.must('PUT', '/v1/me/preferences', preferences);
  const room = await alice.room('Lobby');
  await alice.add(room.id, who);
  return { room, who };
}
const told = async (who: Caller): Promise<any[]> => (await who.must<any[]>('GET', '/v1/notifications')).map(({ kind, data, read_at: readAt }) => ({ kind, ...data, isRead: readAt !== null }));
const mention = (who: Caller) => ({ mentions: [who.participantId] });

test('without settings, a mention notifies and nothing else does', async () => {
  const { room, who } = await roomWith();
  await alice.say(room.id, 'hello all');
  const said = await alice.say(room.id, 'hello you', mention(who));
  expect(await told(who)).toEqual([{ kind: 'mention', room_id: room.id, event_id: said.id, sender: alice.fqid, is_silent: false, isRead: false }]);
});

test('keywords notify in whatever mode, at whole words, and say which word it was', async () => {
  const { room, who } = await roomWith({ keyword_alerts: ['Deploy'], default_mode: 'none' });
  await alice.say(room.id, 'redeploying');
  const said = await alice.say(room.id, 'the DEPLOY failed');
  expect(await told(who)).toMatchObject([{ kind: 'keyword', keyword: 'Deploy', event_id: said.id }]);
});

test('all messages of a room are one notification until they are read, then another', async () => {
  const { room, who } = await roomWith();
  await who.must('PUT', `/v1/rooms/${room.id}/notification-mode`, { mode: 'all' });
  for (const body of ['one', 'two']) await alice.say(room.id, body);
  const last = await alice.say(room.id, 'three');
  expect(await told(who)).toMatchObject([{ kind: 'message', count: 3, event_id: last.id, isRead: false }]);
  await who.must('POST', `/v1/rooms/${room.id}/read`, { event_id: last.id });
  expect(await told(who)).toMatchObject([{ kind: 'message', count: 3, isRead: true }]);
  await alice.say(room.id, 'four');
  expect(await told(who)).toMatchObject([{ kind: 'message', count: 1, isRead: false }, { count: 3, isRead: true }]);
});

test('reading a room reads what it told, up to there, and nothing of other rooms', async () => {
  const { room, who } = await roomWith();
  const other = await alice.room('Other');
  await alice.add(other.id, who);
  const first = await alice.say(room.id, 'first', mention(who));
  await alice.say(other.id, 'elsewhere', mention(who));
  await world.advance({ seconds: 1 });
  const later = await alice.say(room.id, 'later', mention(who));
  await who.must('POST', `/v1/rooms/${room.id}/read`, { event_id: first.id });
  expect((await told(who)).filter(({ isRead }) => isRead).map(({ event_id: id }) => id)).toEqual([first.id]);
  await who.must('POST', `/v1/rooms/${room.id}/read`, { event_id: later.id });
  expect((await told(who)).filter(({ isRead }) => !isRead)).toMatchObject([{ room_id: other.id }]);
});

test('a direct conversation tells all of it, to the other one only', async () => {
  const who = await world.person(`person-${(people += 1)}`);
  const dm = await alice.must('POST', '/v1/rooms/dm', { participant_id: who.participantId });
  await alice.say(dm.id, 'psst');
  expect(await told(who)).toMatchObject([{ kind: 'message', count: 1, room_id: dm.id }]);
  expect((await told(alice)).filter(({ room_id: id }) => id === dm.id)).toEqual([]);
});

test('a muted room tells nothing until its time has come', async () => {
  const { room, who } = await roomWith({ keyword_alerts: ['fire'] });
  await who.must('PUT', `/v1/rooms/${room.id}/mute`, { until: new Date(world.clock.now() + 3_600_000).toISOString() });
  await alice.say(room.id, 'fire', mention(who));
  expect(await told(who)).toEqual([]);
  await world.advance({ hours: 1 });
  await alice.say(room.id, 'fire again', mention(who));
  expect(await told(who)).toMatchObject([{ kind: 'mention' }]);
});

test('in quiet hours the entry is made, and says that it is silent', async () => {
  const { room, who } = await roomWith({ timezone: 'Europe/Amsterdam', quiet_hours: { enabled: true, start: '00:00', end: '23:59', weekdays_only: false, weekends_only: false } });
  await alice.say(room.id, 'sleep well', mention(who));
  expect(await told(who)).toMatchObject([{ kind: 'mention', is_silent: true }]);
});

test('who has left is told nothing', async () => {
  const { room, who } = await roomWith({ default_mode: 'all', keyword_alerts: ['hello'] });
  await who.must('POST', `/v1/rooms/${room.id}/leave`);
  await alice.say(room.id, 'hello', mention(who));
  expect(await told(who)).toEqual([]);
});

test.each([
  ['timezone', 'Mars/Olympus'],
  ['quiet_hours.start', { enabled: true, start: '25:00', end: '07:00', weekdays_only: false, weekends_only: false }],
  ['keyword_alerts.0', ['  ']],
  ['keyword_alerts', Array.from({ length: 51 }, (_, n) => `word ${n}`)],
  ['default_mode', 'loud'],
])('preferences with a wrong %s are refused by its name', async (field, value) => {
  const answer = await alice.call('PUT', '/v1/me/preferences', { [field.split('.')[0]!]: value });
  expect([answer.status, answer.code, answer.details?.field]).toEqual([400, 'SW_REQUEST_INVALID', field]);
});

test('the priority inbox has what asks for me and is unread, with the reason and the message', async () => {
  const { room, who } = await roomWith({ keyword_alerts: ['urgent'], default_mode: 'all' });
  await alice.say(room.id, 'plain');
  const [asked, word, gone] = [await alice.say(room.id, 'you, see https://example.test/?q=1', mention(who)), await alice.say(room.id, 'urgent!'), await alice.say(room.id, 'urgent, removed')];
  await alice.must('POST', `/v1/rooms/${room.id}/events/${gone.id}/redact`, {});
  expect(await who.must('GET', '/v1/inbox/priority')).toMatchObject([
    { event_id: word.id, reason: 'keyword_alert', keyword: 'urgent', event: { content: { body: 'urgent!' } } },
    { event_id: asked.id, reason: 'direct_mention', keyword: null, event: { sender: { fqid: alice.fqid } } },
  ]);
  await who.must('POST', '/v1/notifications/read', {});
  expect(await who.must('GET', '/v1/inbox/priority')).toEqual([]);
});

test('a mention that asks is a question in the priority inbox', async () => {
  const { room, who } = await roomWith();
  for (const body of ['plain', 'are **you there?**', '来る？']) await alice.say(room.id, body, mention(who));
  expect((await who.must<any[]>('GET', '/v1/inbox/priority')).map(({ reason }) => reason)).toEqual(['question', 'question', 'direct_mention']);
});

const inMinutes = (minutes: number) => ({ until: new Date(world.clock.now() + minutes * 60_000).toISOString() });
const snooze = (who: Caller, event: any, minutes: number) => who.must<any>('POST', `/v1/messages/${event.id}/snooze`, inMinutes(minutes));
const reminders = async (who: Caller) => (await told(who)).filter(({ kind }) => kind === 'reminder');
/** As many workers at once as there may be: each is a client of the same database. */
const sweepTogether = () => Promise.all(Array.from({ length: 4 }, () => world.get(RemindSweep).run()));

test('a snoozed message is listed until it is due, and then told of once, however many sweeps run at once', async () => {
  const { room, who } = await roomWith();
  const [soon, later] = [await alice.say(room.id, 'soon'), await alice.say(room.id, 'later')];
  const first = await snooze(who, soon, 60);
  expect((await snooze(who, soon, 20)).task_id).toBe(first.task_id);
  await snooze(who, later, 600);
  expect(await who.must('GET', '/v1/me/snoozes')).toMatchObject([{ event_id: soon.id, room_id: room.id, event: { content: { body: 'soon' } } }, { event_id: later.id }]);
  expect((await who.must('GET', `/v1/rooms/${room.id}/state`)).snoozed_event_ids).toEqual([soon.id, later.id]);
  expect(await alice.must('GET', '/v1/me/snoozes')).toEqual([]);
  await sweepTogether();
  expect(await reminders(who)).toEqual([]);
  await world.advance({ minutes: 21 });
  await sweepTogether();
  await sweepTogether();
  expect(await reminders(who)).toEqual([{ kind: 'reminder', event_id: soon.id, room_id: room.id, sender: alice.fqid, is_silent: false, isRead: false }]);
  expect(await who.must('GET', '/v1/me/snoozes')).toMatchObject([{ event_id: later.id }]);
  await who.must('POST', `/v1/rooms/${room.id}/read`, { event_id: later.id });
  expect(await reminders(who)).toMatchObject([{ isRead: false }]);
});

test('nobody is reminded of what was removed, of rooms that they are not in any more, or of what they cancelled', async () => {
  const { room, who } = await roomWith();
  const [left, kicked] = [await alice.room('Left'), await alice.room('Kicked')];
  for (const { id } of [left, kicked]) await alice.add(id, who);
  const [removed, gone, cancelled, lost] = [await alice.say(room.id, 'removed'), await alice.say(left.id, 'gone'), await alice.say(room.id, 'cancelled'), await alice.say(kicked.id, 'lost')];
  const tasks = [];
  for (const event of [removed, gone, cancelled, lost]) tasks.push((await snooze(who, event, 5)).task_id);
  await alice.must('POST', `/v1/rooms/${room.id}/events/${removed.id}/redact`, {});
  await who.must('POST', `/v1/rooms/${left.id}/leave`);
  await alice.must('POST', `/v1/rooms/${kicked.id}/kick`, { participant_id: who.participantId });
  expect((await alice.call('DELETE', `/v1/me/snoozes/${tasks[2]}`)).code).toBe('SW_SNOOZE_NOT_FOUND');
  await who.must('DELETE', `/v1/me/snoozes/${tasks[2]}`);
  expect(await who.must('GET', '/v1/me/snoozes')).toEqual([]);
  await world.advance({ minutes: 6 });
  await sweepTogether();
  expect(await reminders(who)).toEqual([]);
  expect(await world.database.rows('SELECT id FROM snoozes WHERE participant_id = $1', [who.participantId])).toEqual([]);
});

test('a time that is over or too far away is refused, and so is a message that one may not read', async () => {
  const { room, who } = await roomWith();
  const said = await alice.say(room.id, 'here');
  const hidden = await alice.say((await alice.room('Elsewhere')).id, 'hidden');
  for (const minutes of [-1, 60 * 24 * 400]) {
    expect(await who.call('POST', `/v1/messages/${said.id}/snooze`, inMinutes(minutes))).toMatchObject({ status: 400, code: 'SW_REQUEST_INVALID', details: { field: 'until' } });
  }
  expect(await who.call('POST', `/v1/messages/${hidden.id}/snooze`, inMinutes(5))).toMatchObject({ status: 404, code: 'SW_EVENT_NOT_FOUND' });
});

test('a reminder comes in quiet hours too, and says that it is silent', async () => {
  const { room, who } = await roomWith({ quiet_hours: { enabled: true, start: '00:00', end: '23:59', weekdays_only: false, weekends_only: false } });
  await snooze(who, await alice.say(room.id, 'wake me'), 5);
  await world.advance({ minutes: 6 });
  await world.get(RemindSweep).run();
  expect(await reminders(who)).toMatchObject([{ is_silent: true }]);
});

test.each(['archive', 'close'])('a message is reminded of after its room was ended by %s, as long as it can be read', async (end) => {
  const { room, who } = await roomWith();
  const said = await alice.say(room.id, 'last words');
  await snooze(who, said, 5);
  await alice.must('POST', `/v1/rooms/${room.id}/${end}`, {});
  await world.advance({ minutes: 6 });
  await world.get(RemindSweep).run();
  expect(await reminders(who)).toMatchObject([{ event_id: said.id }]);
  expect((await who.must<any[]>('GET', `/v1/rooms/${room.id}/messages`)).map(({ id }) => id)).toContain(said.id);
});

test('what is due while the tenant is suspended comes when it is back', async () => {
  const { room, who } = await roomWith();
  const said = await alice.say(room.id, 'see you');
  await snooze(who, said, 5);
  await world.database.rows(`UPDATE tenants SET state = 'suspended'`);
  await world.advance({ minutes: 6 });
  await sweepTogether();
  const told = () => world.database.rows('SELECT kind FROM notifications WHERE participant_id = $1', [who.participantId]);
  expect(await told()).toEqual([]);
  await world.database.rows(`UPDATE tenants SET state = 'active'`);
  await sweepTogether();
  expect(await told()).toEqual([{ kind: 'reminder' }]);
});

test('a person has so many reminders and no more, however many are asked for at once; what they cannot see any more takes no place', async () => {
  const { room, who } = await roomWith();
  const left = await alice.room('Left');
  await alice.add(left.id, who);
  const said: any[] = [];
  for (const body of ['first', 'second', 'third']) said.push(await alice.say(room.id, body));
  await world.database.rows(
    `WITH e AS (INSERT INTO events (tenant_id, room_id, id, type, origin, sender, origin_ts, payload, payload_sha256, content, room_seq, state, created_at)
       SELECT tenant_id, room_id, gen_random_uuid(), type, origin, sender, origin_ts, payload, payload_sha256, content, room_seq + n, state, created_at FROM events, generate_series(10, ${MOST_SNOOZES + 7}) n WHERE id = $1 RETURNING *)
     INSERT INTO snoozes (tenant_id, id, participant_id, room_id, event_id, until, created_at) SELECT tenant_id, gen_random_uuid(), $2, room_id, id, $3, created_at FROM e`,
    [said[0].id, who.participantId, new Date(world.clock.now() + 3_600_000)],
  );
  await snooze(who, await alice.say(left.id, 'gone'), 60);
  const ask = (event: any, minutes = 30) => who.call('POST', `/v1/messages/${event.id}/snooze`, inMinutes(minutes));
  const answers = await Promise.all(said.map((event) => ask(event)));
  expect(answers.map(({ status }) => status).toSorted()).toEqual([201, 409, 409]);
  expect(answers.find(({ status }) => status === 409)).toMatchObject({ code: 'SW_SNOOZE_CAPACITY', details: { limit: MOST_SNOOZES } });
  const [mine, refused] = [201, 409].map((status) => said[answers.findIndex((answer) => answer.status === status)]);
  expect((await ask(mine, 20)).status).toBe(201);
  await who.must('POST', `/v1/rooms/${left.id}/leave`);
  expect((await ask(refused)).status).toBe(201);
  const listed = await who.must<any[]>('GET', '/v1/me/snoozes');
  expect([listed.length, listed[0].event_id]).toEqual([MOST_SNOOZES, mine.id]);
});
