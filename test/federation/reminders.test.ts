import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { TestNetwork, until, type Person } from '@scaiwave/testing';

describe('a reminder comes once', () => {
  let network: TestNetwork;
  let alice: Person;
  let room: string;

  beforeAll(async () => {
    network = await TestNetwork.create(['alpha']);
    alice = await network.person('alice', 'alpha');
    room = (await alice.createRoom('Launch')).id;
  });
  afterAll(() => network?.close());

  const snoozed = async (body: string) => {
    const { id } = await alice.say(room, body);
    await alice.must('POST', `/v1/messages/${id}/snooze`, { until: new Date(network.clock.now() + 20 * 60_000).toISOString() });
    return id as string;
  };
  const reminders = async (eventId: string) => (await alice.must<any[]>('GET', '/v1/notifications')).filter(({ kind, data }) => kind === 'reminder' && data.event_id === eventId).length;
  const untilTold = (eventId: string) => until('the reminder is there', async () => (await reminders(eventId)) > 0);
  /** Everything that is due by now was looked for, and another one has come since. */
  const isOnlyOne = async (eventId: string) => {
    const next = await snoozed('the next one');
    network.advance({ minutes: 21 });
    await untilTold(next);
    expect([await reminders(eventId), await reminders(next)]).toEqual([1, 1]);
  };

  it('when its time comes while no worker lives', async () => {
    const event = await snoozed('nobody was there');
    await network.kill('alpha', 'worker');
    network.advance({ minutes: 21 });
    await network.start('alpha', 'worker');
    await untilTold(event);
    await isOnlyOne(event);
  });

  it('when the worker is killed between taking it and telling it', async () => {
    const event = await snoozed('half told');
    const { owner } = network.server('alpha').site;
    const inTheWay = await owner.connect();
    await inTheWay.query('BEGIN');
    await inTheWay.query('LOCK TABLE notifications IN SHARE ROW EXCLUSIVE MODE');
    network.advance({ minutes: 21 });
    await network.untilRow('alpha', `SELECT 1 FROM pg_stat_activity WHERE $1 <> '' AND wait_event_type = 'Lock' AND query LIKE 'INSERT INTO notifications%'`);
    await network.kill('alpha', 'worker');
    await inTheWay.query('ROLLBACK');
    inTheWay.release();
    await network.start('alpha', 'worker');
    await untilTold(event);
    await isOnlyOne(event);
  });

  it('when the worker is killed as soon as it has told it', async () => {
    const event = await snoozed('told');
    network.advance({ minutes: 21 });
    await untilTold(event);
    await network.kill('alpha', 'worker');
    await network.start('alpha', 'worker');
    await isOnlyOne(event);
  });
});
