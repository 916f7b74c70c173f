/** A place in a tenant's stream: all rows of transactions below `xid`, and of `xid` itself up to `position`. */
export interface StreamCursor {
  /** a 64-bit transaction id, decimal */
  xid: string;
  position: number;
}

const FORM = /^([0-9]{1,19})-([0-9]{1,16})$/;

/** As clients carry it; opaque to them. */
export function formatCursor(cursor: StreamCursor): string {
  return `${cursor.xid}-${cursor.position}`;
}

/** Null if it is none of ours. `0` is the beginning. */
export function parseCursor(text: string): StreamCursor | null {
  if (text === '0') return { xid: '0', position: 0 };
  const match = FORM.exec(text);
  return match ? { xid: String(match[1]), position: Number(match[2]) } : null;
}

export function compareCursors(a: StreamCursor, b: StreamCursor): number {
  const byTransaction = BigInt(a.xid) - BigInt(b.xid);
  if (byTransaction !== 0n) return byTransaction < 0n ? -1 : 1;
  return a.position - b.position;
}
