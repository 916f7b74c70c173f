// A wire to a port of this machine: forwards bytes after a while, and counts them.
import { once } from 'node:events';
import { connect, createServer } from 'node:net';

export class Wire {
  delayMs = 0;
  bytesIn = 0;
  bytesOut = 0;
  #server;
  #sockets = new Set();

  static async to(port) {
    const wire = new Wire();
    wire.#server = createServer({ noDelay: true }, (near) => wire.#join(near, port)).listen(0, '127.0.0.1');
    await once(wire.#server, 'listening');
    return wire;
  }

  get port() {
    return this.#server.address().port;
  }

  close() {
    this.#server.close();
    for (const socket of this.#sockets) socket.destroy();
  }

  #join(near, port) {
    const far = connect({ port, host: '127.0.0.1', noDelay: true });
    for (const socket of [near, far]) {
      this.#sockets.add(socket);
      socket.on('error', () => undefined);
      socket.on('close', () => {
        this.#sockets.delete(socket);
        near.destroy();
        far.destroy();
      });
    }
    near.on('data', (data) => {
      this.bytesIn += data.length;
      this.#later(() => far.write(data));
    });
    far.on('data', (data) => {
      this.bytesOut += data.length;
      this.#later(() => near.write(data));
    });
    near.on('end', () => this.#later(() => far.end()));
    far.on('end', () => this.#later(() => near.end()));
  }

  // One delay for all keeps their order.
  #later(act) {
    if (this.delayMs === 0) act();
    else setTimeout(() => act(), this.delayMs);
  }
}
