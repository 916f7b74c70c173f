import { describe, expect, test } from '@jest/globals';
import { EVENT_TYPES, LIMITS, decideClock, decidePower, type Fqid, type Person, type PowerInput } from './index.js';

const fqid = (name: string) => `@${name}:alpha.test` as Fqid;
const member = (powerLevel = 0, name = 'alice', membership: Person['membership'] = 'join'): Person => ({ fqid: fqid(name), membership, powerLevel });
const message = { type: EVENT_TYPES.message as string, author: fqid('alice') as Fqid | null, originTs: 1_000, isRedacted: false };
const base: PowerInput = { type: EVENT_TYPES.message, actor: member(), roomState: 'open', originTs: 1_000 };
const outcome = (changes: Partial<PowerInput>) => {
  const verdict = decidePower({ ...base, ...changes });
  return verdict.allowed ? 'ok' : verdict.code;
};

describe('membership and state of the room', () => {
  test.each(['leave', 'ban', 'invite', 'knock', null] as const)('somebody whose membership is %s says nothing', (membership) => {
    expect(outcome({ actor: member(100, 'alice', membership), roomState: 'closed' })).toBe('SW_NOT_MEMBER');
  });

  test.each([
    ['archived', EVENT_TYPES.message, 'SW_ROOM_FROZEN'], ['closed', EVENT_TYPES.reaction, 'SW_ROOM_FROZEN'], ['archived', EVENT_TYPES.name, 'SW_ROOM_FROZEN'],
    ['archived', EVENT_TYPES.callState, 'SW_ROOM_FROZEN'], ['archived', EVENT_TYPES.checkpoint, 'ok'], ['closed', EVENT_TYPES.checkpoint, 'ok'],
    ['archived', EVENT_TYPES.member, 'ok'], ['closed', EVENT_TYPES.member, 'ok'],
  ] as const)('in a room that is %s the host finds %s %s', (roomState, type, expected) => {
    expect(outcome({ roomState, type, actor: null })).toBe(expected);
  });

  test('a message is redacted in a closed room too', () => {
    expect(outcome({ roomState: 'closed', type: EVENT_TYPES.redaction, target: message })).toBe('ok');
  });

  test.each([
    ['archived', 'open', 'ok'], ['archived', 'closed', 'ok'], ['archived', 'archived', 'SW_ROOM_FROZEN'], ['closed', 'open', 'SW_ROOM_FROZEN'], ['open', 'archived', 'ok'],
  ] as const)('from %s to %s: %s', (roomState, nextState, expected) => {
    expect(outcome({ type: EVENT_TYPES.state, roomState, nextState, actor: null })).toBe(expected);
  });

  test.each([[99, 'SW_ROOM_FORBIDDEN'], [100, 'ok']] as const)('a person of power %i who changes the state: %s', (power, expected) => {
    expect(outcome({ type: EVENT_TYPES.state, nextState: 'closed', actor: member(power) })).toBe(expected);
  });
});

describe('name and topic', () => {
  test.each([[EVENT_TYPES.name, 49, 'SW_ROOM_FORBIDDEN'], [EVENT_TYPES.name, 50, 'ok'], [EVENT_TYPES.topic, 49, 'SW_ROOM_FORBIDDEN'], [EVENT_TYPES.topic, 50, 'ok']] as const)(
    '%s by power %i: %s', (type, power, expected) => expect(outcome({ type, actor: member(power) })).toBe(expected),
  );
});

describe('edits', () => {
  const edit = (changes: Partial<PowerInput>) => outcome({ type: EVENT_TYPES.messageEdit, target: message, ...changes });
  test('the author edits until 24 hours after the original, that moment included', () => {
    expect(edit({ originTs: message.originTs + LIMITS.editWindowMs })).toBe('ok');
    expect(edit({ originTs: message.originTs + LIMITS.editWindowMs + 1 })).toBe('SW_EVENT_TOO_OLD_TO_EDIT');
  });
  test('nobody else edits, whatever their power', () => expect(edit({ actor: member(100, 'bob') })).toBe('SW_ROOM_FORBIDDEN'));
  test.each([
    ['missing', null], ['an edit itself', { ...message, type: EVENT_TYPES.messageEdit }], ['redacted', { ...message, isRedacted: true }],
  ])('what is %s is not edited', (_, target) => expect(edit({ target })).toBe('SW_EVENT_NOT_FOUND'));
});

describe('redactions and reactions', () => {
  const redact = (changes: Partial<PowerInput>) => outcome({ type: EVENT_TYPES.redaction, target: message, ...changes });
  test.each([['alice', 0, 'ok'], ['bob', 49, 'SW_REDACT_FORBIDDEN'], ['bob', 50, 'ok']] as const)('%s of power %i redacts: %s', (name, power, expected) => {
    expect(redact({ actor: member(power, name) })).toBe(expected);
  });
  test('only messages are redacted', () => expect(redact({ target: { ...message, type: EVENT_TYPES.member }, actor: member(100) })).toBe('SW_REDACT_FORBIDDEN'));
  test('what is not there is not redacted', () => expect(redact({ target: null })).toBe('SW_EVENT_NOT_FOUND'));
  test.each([EVENT_TYPES.reaction, EVENT_TYPES.reactionRemoved])('%s needs a message', (type) => {
    expect(outcome({ type, target: message })).toBe('ok');
    expect(outcome({ type, target: null })).toBe('SW_EVENT_NOT_FOUND');
    expect(outcome({ type, target: { ...message, type: EVENT_TYPES.name } })).toBe('SW_EVENT_NOT_FOUND');
  });
});

describe('memberships', () => {
  const change = (...[actor, subject, membership, powerLevel]: [Person, Person, 'join' | 'leave' | 'ban', number?]) =>
    outcome({ type: EVENT_TYPES.member, actor, subject, change: { membership, powerLevel } });
  test('everybody may leave', () => expect(change(member(), member(), 'leave')).toBe('ok'));
  test.each([
    [50, 49, 'ok'], [50, 50, 'SW_ROOM_FORBIDDEN'], [49, 0, 'SW_ROOM_FORBIDDEN'], [100, 99, 'ok'],
  ] as const)('power %i against %i: kick and ban are %s', (actor, subject, expected) => {
    expect(change(member(actor), member(subject, 'bob'), 'leave')).toBe(expected);
    expect(change(member(actor), member(subject, 'bob'), 'ban')).toBe(expected);
  });
  test('a banned person counts as 0 and is unbanned with 50', () => {
    expect(change(member(50), member(100, 'bob', 'ban'), 'leave')).toBe('ok');
    expect(change(member(49), member(100, 'bob', 'ban'), 'leave')).toBe('SW_ROOM_FORBIDDEN');
  });
  test('a banned person does not unban themselves', () => expect(change(member(0, 'bob', 'ban'), member(0, 'bob', 'ban'), 'leave')).toBe('SW_NOT_MEMBER'));
  test.each(['leave', null] as const)('whose membership is %s is not kicked', (membership) => {
    expect(change(member(100), member(0, 'bob', membership), 'leave')).toBe('SW_NOT_MEMBER');
  });
  test('somebody who was never here can be banned', () => expect(change(member(50), member(0, 'bob', null), 'ban')).toBe('ok'));
  test('nobody gives more power than they have, nor changes an equal', () => {
    expect(change(member(60), member(0, 'bob'), 'join', 60)).toBe('ok');
    expect(change(member(60), member(0, 'bob'), 'join', 61)).toBe('SW_ROOM_FORBIDDEN');
    expect(change(member(60), member(60, 'bob'), 'join', 0)).toBe('SW_ROOM_FORBIDDEN');
    expect(change(member(60), member(60), 'join', 10)).toBe('ok');
    expect(change(member(10), member(10), 'join', 60)).toBe('SW_ROOM_FORBIDDEN');
  });
  test('a membership without its facts is refused', () => expect(outcome({ type: EVENT_TYPES.member })).toBe('SW_ROOM_FORBIDDEN'));
  test('the host itself may do all of it', () => {
    for (const membership of ['join', 'leave', 'ban'] as const) expect(outcome({ type: EVENT_TYPES.member, actor: null, subject: member(100), change: { membership } })).toBe('ok');
  });
});

test('an event may be dated sixty seconds ahead, not more', () => {
  expect(decideClock(60_000, 0)).toEqual({ allowed: true });
  expect(decideClock(60_001, 0)).toMatchObject({ allowed: false, code: 'SW_FED_CLOCK' });
  expect(decideClock(0, 86_400_000 * 30)).toEqual({ allowed: true });
});
