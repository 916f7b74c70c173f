import { LIMITS } from '@scaiwave/protocol';

/** Leaves place for batch_id, commas and brackets around the events. */
const MAX_BYTES = LIMITS.bodyBytes - 1_024;

/** The events of one request, up to a number and 1 MiB. */
export class RequestSpace {
  /** JSON text of each event, in order */
  readonly wire: string[] = [];
  private bytes = 0;

  constructor(private readonly mostEvents: number) {}

  get left(): number {
    return this.mostEvents - this.wire.length;
  }

  get isFull(): boolean {
    return this.left === 0 || this.bytes >= MAX_BYTES;
  }

  /** Returns false when there is no place for it. */
  add(wire: string): boolean {
    const size = Buffer.byteLength(wire) + 1;
    if (this.left === 0 || this.bytes + size > MAX_BYTES) return false;
    this.bytes += size;
    this.wire.push(wire);
    return true;
  }
}
