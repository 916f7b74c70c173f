import { decideNotification, type Listening } from './decide-notification.js';
import { findKeyword } from './find-keyword.js';
import { isQuiet } from './is-quiet.js';

type Case = Omit<Partial<Listening>, 'preferences' | 'message'> & { preferences?: Partial<Listening['preferences']>; message?: Partial<Listening['message']> };

const now = Date.UTC(2026, 10, 30, 12); // a Monday
const quiet_hours = { enabled: false, start: '22:00', end: '07:00', weekdays_only: false, weekends_only: false };

function decide({ preferences, message, ...more }: Case): string {
  const decision = decideNotification({
    roomType: 'group', mode: 'inherit', mutedUntil: null, now,
    preferences: { locale: 'en', timezone: 'UTC', time_format: '24h', default_mode: 'mentions', quiet_hours, keyword_alerts: [], read_marker_mode: 'leave', push: false, email: false, email_address: null, ...preferences },
    message: { text: 'the deploy is red', isMention: false, isOwn: false, ...message },
    ...more,
  });
  return decision.notifies ? `${decision.kind}${decision.isSilent ? ' silently' : ''}` : 'nothing';
}

const mention = { isMention: true };
const words = { keyword_alerts: ['deploy'] };

test.each<[string, string, Case]>([
  ['a plain message, by default', 'nothing', {}],
  ['a mention, by default', 'mention', { message: mention }],
  ['all by default', 'message', { preferences: { default_mode: 'all' } }],
  ['none by default', 'nothing', { preferences: { default_mode: 'none' }, message: mention }],
  ['all in the room', 'message', { mode: 'all' }],
  ['all in the room says more than none by default', 'message', { mode: 'all', preferences: { default_mode: 'none' } }],
  ['mentions in the room', 'nothing', { mode: 'mentions', preferences: { default_mode: 'all' } }],
  ['mentions in the room, a mention', 'mention', { mode: 'mentions', preferences: { default_mode: 'none' }, message: mention }],
  ['none in the room', 'nothing', { mode: 'none', preferences: { default_mode: 'all' }, message: mention }],
  ['a direct conversation', 'message', { roomType: 'dm' }],
  ['a direct conversation, none by default', 'nothing', { roomType: 'dm', preferences: { default_mode: 'none' } }],
  ['a direct conversation with a mode of its own', 'nothing', { roomType: 'dm', mode: 'mentions' }],
  ['a keyword, mentions by default', 'keyword', { preferences: words }],
  ['a keyword, none in the room', 'keyword', { mode: 'none', preferences: words }],
  ['a keyword in a message that mentions', 'mention', { preferences: words, message: mention }],
  ['a keyword in a message that mentions, none in the room', 'keyword', { mode: 'none', preferences: words, message: mention }],
  ['one’s own message', 'nothing', { mode: 'all', preferences: words, message: { isOwn: true, isMention: true } }],
  ['muted', 'nothing', { mode: 'all', mutedUntil: new Date(now + 1), preferences: words, message: mention }],
  ['muted until now', 'mention', { mutedUntil: new Date(now), message: mention }],
  ['in quiet hours', 'mention silently', { preferences: { quiet_hours: { ...quiet_hours, enabled: true, start: '11:00', end: '13:00' } }, message: mention }],
])('%s: %s', (_, expected, given) => {
  expect(decide(given)).toBe(expected);
});

test.each<[string, string[], string | null]>([
  ['The Deploy is red', ['deploy'], 'deploy'],
  ['redeploying', ['deploy'], null],
  ['deploy_all', ['deploy'], null],
  ['#deploy!', ['deploy'], 'deploy'],
  ['über ÉCOLE', ['école'], 'école'],
  ['Überraschung', ['über'], null],
  ['on  call now', ['on call'], 'on call'],
  ['C++ or c', ['c++'], 'c++'],
  ['who is on-call?', ['on-call'], 'on-call'],
  [String.raw`all of ^$\.*+?()[]{}|/-#&,`, [String.raw`^$\.*+?()[]{}|/-#&,`], String.raw`^$\.*+?()[]{}|/-#&,`],
  ['(a|b)*', ['.*'], null],
  ['anything', [' '], null],
])('in %j of %j stands %j', (text, keywords, expected) => {
  expect(findKeyword(text, keywords)).toBe(expected);
});

const night = { ...quiet_hours, enabled: true };
test.each<[string, string, object, boolean]>([
  ['2026-11-30T21:59:00Z', 'UTC', night, false],
  ['2026-11-30T22:00:00Z', 'UTC', night, true],
  ['2026-12-01T06:59:59Z', 'UTC', night, true],
  ['2026-12-01T07:00:00Z', 'UTC', night, false],
  ['2026-11-30T21:30:00Z', 'Europe/Amsterdam', night, true],
  ['2026-11-30T22:30:00Z', 'America/New_York', night, false],
  ['2026-11-30T22:30:00Z', 'no such zone', night, true],
  ['2026-11-30T22:30:00Z', 'UTC', { ...night, enabled: false }, false],
  ['2026-11-28T23:00:00Z', 'UTC', { ...night, weekdays_only: true }, false], // Saturday
  ['2026-11-30T23:00:00Z', 'UTC', { ...night, weekdays_only: true }, true],
  ['2026-11-28T23:00:00Z', 'UTC', { ...night, weekends_only: true }, true],
  ['2026-11-30T05:00:00Z', 'UTC', { ...night, weekends_only: true }, true], // the night that began on Sunday
  ['2026-11-30T05:00:00Z', 'UTC', { ...night, weekdays_only: true }, false],
  ['2026-11-30T13:00:00Z', 'UTC', { ...night, start: '12:00', end: '14:00' }, true],
  ['2026-11-30T14:00:00Z', 'UTC', { ...night, start: '12:00', end: '14:00' }, false],
])('at %s in %s with %j it is quiet: %s', (at, timezone, hours, expected) => {
  expect(isQuiet({ quiet_hours: hours as typeof night, timezone }, Date.parse(at))).toBe(expected);
});
