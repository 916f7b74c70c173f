import fc from 'fast-check';

export const SERVERS = ['alpha', 'beta', 'gamma'] as const;
export type ServerKey = (typeof SERVERS)[number];

/** A room of the plan: who orders it, and which servers have somebody in it from the beginning. */
export interface PlannedRoom {
  host: ServerKey;
  members: ServerKey[];
}

const SIMPLE = ['empty redis', 'break database', 'crash postgres', 'crash redis', 'cut wire', 'lose answers', 'double requests'] as const;

export type Fault =
  | { kind: 'kill'; server: ServerKey; processes: Array<'api' | 'worker'> }
  | { kind: (typeof SIMPLE)[number]; server: ServerKey }
  | { kind: 'break in the middle'; server: ServerKey; afterBytes: number }
  | { kind: 'slow wire'; server: ServerKey; delayMs: number }
  | { kind: 'skew'; server: ServerKey; skewMs: number };

/** What one person does next in one room; what it is about is chosen among what that server shows. */
export interface Act {
  room: number;
  server: ServerKey;
  kind: 'say' | 'edit' | 'redact' | 'react' | 'join' | 'leave';
  /** chooses among what is there, from 0 to below 1 */
  choice: number;
}

export interface Plan {
  rooms: PlannedRoom[];
  acts: Act[];
  /** each with the number of acts that are done before the next fault */
  faults: Array<{ fault: Fault; acts: number }>;
}

export interface PlanSize {
  rooms: number;
  acts: number;
  faults: number;
  /** so many at the same time, each at another server */
  faultsAtOnce: number;
}

const server = fc.constantFrom(...SERVERS);

const room = fc.record({ host: server, others: fc.subarray([...SERVERS], { minLength: 2 }) })
  .map(({ host, others }): PlannedRoom => ({ host, members: [host, ...others.filter((other) => other !== host)].slice(0, 3) }));

const fault: fc.Arbitrary<Fault> = fc.oneof(
  { weight: 4, arbitrary: fc.record({ kind: fc.constant('kill' as const), server, processes: fc.subarray(['api', 'worker'] as Array<'api' | 'worker'>, { minLength: 1 }) }) },
  { weight: 5, arbitrary: fc.record({ kind: fc.constantFrom(...SIMPLE), server }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('break in the middle' as const), server, afterBytes: fc.integer({ min: 200, max: 4_000 }) }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('slow wire' as const), server, delayMs: fc.integer({ min: 20, max: 150 }) }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('skew' as const), server, skewMs: fc.integer({ min: -55_000, max: 55_000 }) }) },
);

function act(rooms: number): fc.Arbitrary<Act> {
  const kind = fc.oneof(
    { weight: 30, arbitrary: fc.constant('say' as const) },
    { weight: 4, arbitrary: fc.constantFrom('edit' as const, 'react' as const) },
    { weight: 2, arbitrary: fc.constant('redact' as const) },
    { weight: 2, arbitrary: fc.constantFrom('join' as const, 'leave' as const) },
  );
  return fc.record({ room: fc.nat({ max: rooms - 1 }), server, kind, choice: fc.double({ min: 0, max: 0.999, noNaN: true }) });
}

/** The same seed makes the same plan. */
export function makePlan(seed: number, size: PlanSize): Plan {
  const plan = fc.record({
    rooms: fc.array(room, { minLength: size.rooms, maxLength: size.rooms }),
    acts: fc.array(act(size.rooms), { minLength: size.acts, maxLength: size.acts }),
    faults: fc.array(fc.record({ fault, acts: fc.integer({ min: 2, max: 14 }) }), { minLength: size.faults, maxLength: size.faults }),
  });
  return fc.sample(plan, { seed, numRuns: 1 })[0]!;
}

export function describeFault(fault: Fault): string {
  const { kind, server: of, ...more } = fault;
  const details = Object.values(more).flat().join(', ');
  return `${kind} of ${of}${details === '' ? '' : ` (${details})`}`;
}
