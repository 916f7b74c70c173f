/** What one person's socket sees of messages that begin with a mark: how many, twice, out of the room's order, and when the last one came. */
export class Arrivals {
  seen = new Set();
  doubled = 0;
  outOfOrder = 0;
  lastAt = 0;
  #positions = new Map();
  #waiting = null;

  static async on(person, mark) {
    const arrivals = new Arrivals();
    arrivals.socket = await person.listen((frame, now) => arrivals.#take(frame, mark, now));
    return arrivals;
  }

  /** Resolves with true once so many have come, with false after the time. */
  async all(count, withinMs) {
    if (this.seen.size >= count) return true;
    const came = new Promise((resolve) => (this.#waiting = { count, resolve }));
    return Promise.race([came, new Promise((resolve) => setTimeout(resolve, withinMs, false))]);
  }

  close() {
    this.socket.close();
  }

  #take(frame, mark, now) {
    if (frame.type !== 'swp.room.message' || !frame.content?.body?.startsWith(mark)) return;
    if (this.seen.has(frame.id)) this.doubled += 1;
    if (frame.room_seq <= (this.#positions.get(frame.room_id) ?? 0)) this.outOfOrder += 1;
    this.#positions.set(frame.room_id, frame.room_seq);
    this.seen.add(frame.id);
    this.lastAt = now;
    if (this.#waiting && this.seen.size >= this.#waiting.count) this.#waiting.resolve(true);
  }
}
