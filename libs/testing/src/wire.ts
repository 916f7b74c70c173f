import { once } from 'node:events';
import { connect, createServer, type AddressInfo, type Server, type Socket } from 'node:net';

/**
 * A wire to a port of this machine, which can be cut, slowed, broken in the middle of a request, lose the answers, or let everything vanish; it counts what goes through.
 *
 *   near (who connects) ──data──▶ far (the port)
 *                       ◀─answer─
 */
export class Wire {
  /** one way, in milliseconds */
  delayMs = 0;
  /** what the far side answers is lost, and the connection with it: it has done what it was asked for */
  losesAnswers = false;
  /** what is asked goes a second time to the far side once its answer is on its way; the second answer is thrown away */
  isDoubling = false;
  /** every connection ends after so many bytes of a request */
  breaksAfterBytes = Infinity;
  bytesIn = 0;
  bytesOut = 0;
  #isCut = false;
  #isVanishing = false;
  readonly #server: Server;
  readonly #sockets = new Set<Socket>();
  /** connected while everything vanishes: they lead nowhere yet */
  readonly #waiting: Socket[] = [];

  private constructor(private readonly toPort: number) {
    this.#server = createServer({ noDelay: true }, (near) => this.#join(near));
  }

  /** @param listenOn a port of loopback; 0 takes a free one */
  static async to(port: number, listenOn = 0): Promise<Wire> {
    const wire = new Wire(port);
    wire.#server.listen(listenOn, '127.0.0.1');
    await once(wire.#server, 'listening');
    return wire;
  }

  get port(): number {
    return (this.#server.address() as AddressInfo).port;
  }

  /** What is connected now dies without saying so: nothing goes through it any more, and it is not ended. What connects later is as always. */
  freeze(): void {
    for (const socket of this.#sockets) socket.removeAllListeners('data').pause();
  }

  /** Ends what goes through it now; what connects later is ended at once. */
  cut(): void {
    this.#isCut = true;
    for (const socket of [...this.#sockets, ...this.#waiting.splice(0)]) socket.destroy();
  }

  /** Nothing arrives any more and nobody is told: connections stay, and whoever waits for an answer waits. */
  blackhole(): void {
    this.#isVanishing = true;
    for (const socket of this.#sockets) socket.pause();
  }

  /** As new. What had vanished arrives now, as packets that are sent again do. */
  mend(): void {
    this.#isCut = false;
    this.#isVanishing = false;
    for (const socket of this.#sockets) socket.resume();
    for (const near of this.#waiting.splice(0)) if (!near.destroyed) this.#join(near);
    this.losesAnswers = false;
    this.isDoubling = false;
    this.breaksAfterBytes = Infinity;
    this.delayMs = 0;
  }

  close(): void {
    this.cut();
    this.#server.close();
  }

  #join(near: Socket): void {
    if (this.#isCut) {
      near.on('error', () => undefined).destroy();
      return;
    }
    if (this.#isVanishing) {
      near.on('error', () => undefined);
      this.#waiting.push(near);
      return;
    }
    const far = connect({ port: this.toPort, host: '127.0.0.1', noDelay: true });
    for (const socket of [near, far]) this.#follow(socket, () => [near, far].forEach((other) => other.destroy()));
    const repeat = this.#repeater(near);
    let sent = 0;
    near.on('data', (data) => {
      this.bytesIn += data.length;
      sent += data.length;
      if (sent > this.breaksAfterBytes) {
        far.write(data.subarray(0, Math.floor(data.length / 2)), () => near.destroy());
        return;
      }
      this.#later(() => far.write(data));
    });
    far.on('data', (data) => {
      this.bytesOut += data.length;
      if (this.losesAnswers) near.destroy();
      else this.#later(() => near.write(data));
      repeat();
    });
    near.on('end', () => this.#later(() => far.end()));
    far.on('end', () => this.#later(() => near.end()));
  }

  /** Each call sends what was asked since the last one over a connection of its own. */
  #repeater(near: Socket): () => void {
    let copy: Socket | undefined;
    let asked: Buffer[] = [];
    near.on('data', (data) => this.isDoubling && asked.push(data));
    return () => {
      if (asked.length === 0) return;
      if (!copy) {
        const other = (copy = connect({ port: this.toPort, host: '127.0.0.1' }).resume());
        this.#follow(other, () => undefined);
        near.on('close', () => other.end()); // what it carries still arrives
      }
      copy.write(Buffer.concat(asked));
      asked = [];
    };
  }

  #follow(socket: Socket, onClose: () => void): void {
    this.#sockets.add(socket);
    socket.on('error', () => undefined); // its close follows
    socket.on('close', () => {
      this.#sockets.delete(socket);
      onClose();
    });
  }

  // One delay for all keeps their order.
  #later(act: () => void): void {
    if (this.delayMs === 0) act();
    else setTimeout(act, this.delayMs);
  }
}
