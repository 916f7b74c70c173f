// What an ingress controller is elsewhere: one port of this machine that leads to whichever API pod is ready. The Host header says the tenant.
import { once } from 'node:events';
import { connect, createServer } from 'node:net';

export async function openFrontDoor(port, findAddress) {
  const sockets = new Set();
  const server = createServer({ allowHalfOpen: true }, (near) => {
    join(near, findAddress, sockets).catch(() => near.destroy());
  }).listen(port, '127.0.0.1');
  await once(server, 'listening');
  return () => {
    for (const socket of sockets) socket.destroy();
    server.close();
  };
}

async function join(near, findAddress, sockets) {
  near.on('error', () => near.destroy());
  const address = await findAddress();
  if (address === null) return near.end('HTTP/1.1 503 Service Unavailable\r\ncontent-type: text/plain\r\nconnection: close\r\n\r\nNo API pod is ready yet.\n');
  const far = connect(Number(new URL(address).port), '127.0.0.1');
  for (const [socket, other] of [[near, far], [far, near]]) {
    sockets.add(socket);
    socket.once('close', () => {
      sockets.delete(socket);
      other.destroy();
    });
    socket.on('error', () => socket.destroy());
    socket.pipe(other);
  }
}
