import { LaneWaits } from './lane-waits.js';

describe('LaneWaits', () => {
  it('holds a lane for longer each time, until it has gone on', () => {
    const waits = new LaneWaits();
    waits.hold('a', 0);
    expect([waits.isHeld('a', 999), waits.isHeld('a', 1_000)]).toEqual([true, false]);
    waits.hold('a', 1_000);
    expect([waits.isHeld('a', 2_999), waits.isHeld('a', 3_000)]).toEqual([true, false]);
    waits.clear('a');
    waits.hold('a', 3_000);
    expect(waits.isHeld('a', 4_000)).toBe(false);
  });

  it('names what is held of one peer', () => {
    const waits = new LaneWaits();
    waits.hold('t beta room-1', 0);
    waits.hold('t gamma room-2', 0);
    expect(waits.heldWith('t beta ', 1)).toEqual(['room-1']);
  });

  it('does not hold for ever when the clock is moved back', () => {
    const waits = new LaneWaits();
    waits.hold('a', 10_000_000);
    expect(waits.isHeld('a', 0)).toBe(false);
  });
});
