import { reduceFrame, type FrameContext } from './reduce-frame.js';
import type { Frame, Member, Participant } from './types.js';

const context: FrameContext = { myId: 'me', myFqid: '@me:us', openRoomId: null, isNew: true, nowMs: 0 };
const bob: Participant = { id: 'bob', fqid: '@bob:them', local_id: 'bob', server_name: 'them', display_name: 'Bob', avatar_url: null, participant_type: 'human' };
const member: Member = { participant_id: 'bob', membership: 'join', power_level: 0, joined_at: null, notification_mode: 'inherit', muted_until: null, participant: bob } as Member;
const frame = (membership: string): Frame => ({ type: 'swp.room.member', room_id: 'r', participant_id: 'bob', participant: bob, membership, content: { membership } }) as unknown as Frame;
const after = (...memberships: string[]): string[] => {
  let state = { threads: {}, members: [member] } as Parameters<typeof reduceFrame>[0];
  for (const each of memberships) ({ state } = reduceFrame(state, frame(each), context));
  return (state.members ?? []).map(({ participant_id: id, membership }) => `${id} ${membership}`);
};

test.each([
  [['join'], ['bob join']],
  [['leave'], []],
  [['ban'], ['bob ban']],
  [['ban', 'leave'], []],
  [['leave', 'join'], ['bob join']],
])('after %j the list of people says %j: who is banned stays in it, whichever comes first, the frame or the answer', (memberships, expected) => {
  expect(after(...memberships)).toEqual(expected);
});
