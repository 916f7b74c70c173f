import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { CONTROL_EVENT_TYPES, EVENT_TABLE, EVENT_TYPES, ROOM_EVENT_TYPES, decideAuthority, eventClassOf, type AuthorityInput, type Fqid, type ServerName } from './index.js';

const US = 'us.test' as ServerName;
const SERVERS = ['alpha.test', 'beta.test', 'gamma.test'] as ServerName[];
const FUTURE = 'swp.room.future';
const TYPES = [...Object.values(EVENT_TYPES), FUTURE];
const person = (server: string) => `@p:${server}` as Fqid;
const people = [null, ...[...SERVERS, US].map(person)];

const arbitrary: fc.Arbitrary<AuthorityInput> = fc
  .record({
    type: fc.constantFrom(...TYPES),
    form: fc.constantFrom('sequenced' as const, 'plain' as const),
    origin: fc.constantFrom(...SERVERS),
    carrier: fc.constantFrom(...SERVERS),
    sender: fc.constantFrom(...people),
    role: fc.constantFrom('host' as const, 'member' as const, 'invitee' as const, 'none' as const),
    host: fc.constantFrom(...SERVERS),
    isBound: fc.boolean(),
    originPresence: fc.constantFrom('joined' as const, 'left' as const, 'never' as const),
    member: fc.record({
      fqid: fc.constantFrom(...[...SERVERS, US].map(person)),
      membership: fc.constantFrom('join' as const, 'leave' as const, 'ban' as const),
      hasPowerLevel: fc.boolean(),
    }),
    claimedHost: fc.constantFrom(...SERVERS, US),
    invite: fc.option(fc.record({ host: fc.constantFrom(...SERVERS, US), inviteeServer: fc.constantFrom(...SERVERS, US), requested: fc.boolean() })),
    target: fc.option(fc.record({ author: fc.constantFrom(...people) })),
  })
  .map(({ host, isBound, ...rest }) => ({ ...rest, roomHost: rest.role === 'host' ? US : rest.role === 'none' && !isBound ? null : host }));

/** The rules once more, as sentences of the document, with nothing of the implementation but the names. */
const NEEDS_PERSON = 'message message.edit redaction reaction reaction.removed call.invite invite.request invite.accepted'.split(' ').map((name) => `swp.room.${name}`);
const HAS_NO_PERSON = ['swp.room.state', 'swp.room.checkpoint', 'swp.room.invite.delivered', 'swp.room.invite.expired', 'swp.server.keys', 'swp.peer.severed'];
const HOST_ONLY = ['swp.room.call.state', 'swp.room.state', 'swp.room.checkpoint'];
const ROOM = 'message message.edit redaction reaction reaction.removed member name topic call.invite call.state state checkpoint'.split(' ').map((name) => `swp.room.${name}`);
const CONTROL = [...'invite invite.request invite.delivered invite.accepted invite.declined invite.revoked invite.expired'.split(' ').map((name) => `swp.room.${name}`), 'swp.server.keys', 'swp.peer.severed'];

function statement(input: AuthorityInput): string {
  const { type, sender, origin } = input;
  if (NEEDS_PERSON.includes(type) && sender === null) return 'SW_FED_EVENT_INVALID';
  if (HAS_NO_PERSON.includes(type) && sender !== null) return 'SW_FED_EVENT_INVALID';
  if (sender && !sender.endsWith(`:${origin}`)) return 'SW_FED_FORBIDDEN';
  if (input.form === 'sequenced') return CONTROL.includes(type) ? 'SW_FED_EVENT_INVALID' : sequenced(input);
  if (ROOM.includes(type)) return plainRoom(input);
  return control(input);
}

function sequenced(input: AuthorityInput): string {
  const ours = input.role === 'host' || input.role === 'member';
  if (!ours) return 'SW_ROOM_NOT_FOUND';
  if (input.role === 'host') return 'SW_FED_FORBIDDEN'; // nobody sends us the log of our own room
  if (input.carrier !== input.roomHost) return 'SW_FED_FORBIDDEN'; // from anyone but the host nothing
  const isStranger = input.originPresence === 'never' && input.origin !== input.roomHost;
  return isStranger ? 'SW_FED_FORBIDDEN' : word(input);
}

function plainRoom(input: AuthorityInput): string {
  if (input.role === 'member') return input.carrier === input.roomHost ? 'SW_FED_EVENT_INVALID' : 'SW_FED_FORBIDDEN';
  if (input.role !== 'host') return 'SW_ROOM_NOT_FOUND';
  if (input.carrier !== input.origin) return 'SW_FED_FORBIDDEN'; // to the host only events of one's own origin
  const said = word(input);
  return said === 'ok' && input.originPresence !== 'joined' ? 'SW_NOT_MEMBER' : said;
}

/** What the origin itself may say, be it the host or not. */
function word({ type, origin, roomHost, sender, member, target }: AuthorityInput): string {
  const isHost = origin === roomHost;
  if (!isHost && HOST_ONLY.includes(type)) return 'SW_FED_FORBIDDEN';
  if (type === 'swp.room.member' && !isHost) return guestMembership(member!, origin, sender === null);
  const isForeignEdit = type === 'swp.room.message.edit' && target !== null && target !== undefined && target.author !== sender;
  return isForeignEdit ? 'SW_ROOM_FORBIDDEN' : 'ok';
}

function guestMembership(member: NonNullable<AuthorityInput['member']>, origin: string, isByServer: boolean): string {
  if (member.hasPowerLevel || member.membership === 'join') return 'SW_FED_FORBIDDEN';
  const isOwnLeave = member.membership === 'leave' && member.fqid.endsWith(`:${origin}`);
  return !isOwnLeave && isByServer ? 'SW_FED_FORBIDDEN' : 'ok';
}

function control(input: AuthorityInput): string {
  const { type, origin, carrier, role, invite } = input;
  if (type === FUTURE && role === 'host') return 'SW_FED_EVENT_INVALID';
  if (/invite\.(delivered|accepted|declined|revoked|expired)$/.test(type)) return invite ? aboutInvitation(input, invite) : 'SW_FED_INVITE_INVALID';
  if (carrier !== origin) return 'SW_FED_FORBIDDEN';
  if (type === 'swp.room.invite.request') {
    if (role !== 'host') return 'SW_ROOM_NOT_FOUND';
    return input.originPresence === 'joined' ? 'ok' : 'SW_NOT_MEMBER';
  }
  return type === 'swp.room.invite' ? invitation(input) : 'ok';
}

function invitation({ claimedHost, origin, roomHost }: AuthorityInput): string {
  if (claimedHost !== origin) return 'SW_FED_FORBIDDEN';
  return roomHost === null || roomHost === origin ? 'ok' : 'SW_FED_ROOM_CONFLICT';
}

function aboutInvitation({ type, origin, carrier, role }: AuthorityInput, invite: NonNullable<AuthorityInput['invite']>): string {
  const isEnd = /(delivered|revoked|expired)$/.test(type);
  if (isEnd) return carrier === origin && origin === invite.host ? 'ok' : 'SW_FED_FORBIDDEN';
  if (origin !== invite.inviteeServer) return 'SW_FED_FORBIDDEN';
  if (role === 'host') return carrier === origin ? 'ok' : 'SW_FED_FORBIDDEN';
  return invite.requested && carrier === invite.host ? 'ok' : 'SW_FED_FORBIDDEN'; // handed on to the server that asked
}

const outcome = (input: AuthorityInput) => {
  const verdict = decideAuthority(input);
  return verdict.allowed ? 'ok' : verdict.code;
};

/** Every combination of these values. */
function* product<T extends Record<string, readonly unknown[]>>(axes: T): Generator<{ [K in keyof T]: T[K][number] }> {
  const [first, ...rest] = Object.entries(axes);
  if (!first) return void (yield {} as { [K in keyof T]: T[K][number] });
  for (const value of first[1]) for (const more of product(Object.fromEntries(rest))) yield { [first[0]]: value, ...more } as { [K in keyof T]: T[K][number] };
}

const ROLES = [
  { role: 'host', roomHost: US }, { role: 'none', roomHost: null },
  ...(['member', 'invitee', 'none'] as const).flatMap((role) => SERVERS.map((roomHost) => ({ role, roomHost }))),
] as const;
const AROUND = [...product({
  form: ['sequenced', 'plain'] as const, origin: SERVERS, carrier: SERVERS, sender: people, place: ROLES, originPresence: ['joined', 'left', 'never'] as const,
})].map(({ place, ...rest }) => ({ ...rest, ...place }));

/** What each type looks at beside the rest, in every combination; a type that is not here looks at nothing more. */
function factsOf(type: string): Partial<AuthorityInput>[] {
  const servers = [...SERVERS, US];
  if (type === EVENT_TYPES.member) {
    return [...product({ fqid: servers.map(person), membership: ['join', 'leave', 'ban'] as const, hasPowerLevel: [true, false] })].map((member) => ({ member }));
  }
  if (type === EVENT_TYPES.messageEdit) return [{ target: null }, ...people.map((author) => ({ target: { author } }))];
  if (type === EVENT_TYPES.invite) return servers.map((claimedHost) => ({ claimedHost }));
  if (!/invite\.(delivered|accepted|declined|revoked|expired)$/.test(type)) return [{}];
  return [{ invite: null }, ...[...product({ host: servers, inviteeServer: servers, requested: [true, false] })].map((invite) => ({ invite }))];
}

describe('the authority table', () => {
  // Sampling is too thin here: the rarest allowed case is one in sixty thousand.
  test.each(TYPES)('agrees with the rules as sentences in every single combination for %s', (type) => {
    const differing: AuthorityInput[] = [];
    for (const facts of factsOf(type)) {
      for (const around of AROUND) {
        const input: AuthorityInput = { type, ...around, ...facts };
        if (outcome(input) !== statement(input)) differing.push(input);
      }
    }
    expect(differing.slice(0, 3)).toEqual([]);
  });

  test('agrees with the rules as sentences over type × origin × carrier × role × host × membership', () => {
    fc.assert(fc.property(arbitrary, (input) => outcome(input) === statement(input)), { numRuns: 20_000, seed: 20_261_123 });
  });

  test('never lets an event of another origin through to a host', () => {
    fc.assert(fc.property(arbitrary, (input) => !(input.role === 'host' && ROOM.includes(input.type) && input.carrier !== input.origin && outcome(input) === 'ok')), { numRuns: 5_000 });
  });

  test('never lets a room event through that neither its host nor its own origin carries', () => {
    fc.assert(
      fc.property(arbitrary, (input) => outcome(input) !== 'ok' || input.carrier === input.origin || input.carrier === input.roomHost || input.invite?.host === input.carrier),
      { numRuns: 5_000 },
    );
  });

  test('reaches every type and every outcome', () => {
    const seen = new Map<string, Set<string>>();
    for (const input of fc.sample(arbitrary, { numRuns: 60_000, seed: 7 })) seen.set(input.type, (seen.get(input.type) ?? new Set()).add(outcome(input)));
    for (const type of TYPES) expect([type, seen.get(type)?.has('ok')]).toEqual([type, true]);
    const all = new Set([...seen.values()].flatMap((codes) => [...codes]));
    expect([...all].sort()).toEqual(
      ['SW_FED_EVENT_INVALID', 'SW_FED_FORBIDDEN', 'SW_FED_INVITE_INVALID', 'SW_FED_ROOM_CONFLICT', 'SW_NOT_MEMBER', 'SW_ROOM_FORBIDDEN', 'SW_ROOM_NOT_FOUND', 'ok'].sort(),
    );
  });

  test('refuses a membership whose content is not given', () => {
    const input: AuthorityInput = {
      type: EVENT_TYPES.member, form: 'plain', origin: SERVERS[0]!, carrier: SERVERS[0]!, role: 'host', roomHost: US, originPresence: 'joined', sender: person('alpha.test'),
    };
    expect(decideAuthority(input)).toMatchObject({ allowed: false, code: 'SW_FED_EVENT_INVALID' });
  });
});

describe('the table of types', () => {
  test('puts every type in one class', () => {
    expect([...ROOM_EVENT_TYPES].sort()).toEqual(ROOM.toSorted());
    expect([...CONTROL_EVENT_TYPES].sort()).toEqual(CONTROL.toSorted());
    expect([eventClassOf('swp.room.message'), eventClassOf('swp.server.keys'), eventClassOf('swp.room.messages'), eventClassOf('toString')]).toEqual(['room', 'control', 'unknown', 'unknown']);
  });

  test('asks for a room_id everywhere but where a server speaks of itself', () => {
    const without = Object.entries(EVENT_TABLE).filter(([, row]) => row.room === 'none').map(([type]) => type);
    expect(without).toEqual(['swp.server.keys', 'swp.peer.severed']);
  });
});
