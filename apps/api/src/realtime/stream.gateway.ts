import { randomUUID } from 'node:crypto';
import type { IncomingMessage, Server } from 'node:http';
import type { Duplex } from 'node:stream';
import { Injectable, type OnModuleDestroy } from '@nestjs/common';
import { parseCursor } from '@scaiwave/core';
import { Clock, Logger } from '@scaiwave/telemetry';
import { WebSocketServer, type WebSocket } from 'ws';
import { ClientStream } from './client-stream.js';
import { Devices } from './devices.js';
import { queryOf, StreamAuth } from './stream-auth.js';
import { TenantStreams } from './tenant-streams.js';

const PATH = /^\/v1\/stream(\?|$)/;
const PING_EVERY_MS = 30_000;
const BAD_TOKEN = 4001;
const ABORTED = 4003;

/** `/v1/stream`: one socket per client. Says hello with the cursor, then everything after it. */
@Injectable()
export class StreamGateway implements OnModuleDestroy {
  readonly #server = new WebSocketServer({ noServer: true, maxPayload: 4_096, perMessageDeflate: false });
  readonly #silent = new WeakSet<WebSocket>();
  readonly #requests = new WeakMap<WebSocket, IncomingMessage>();
  #pings: NodeJS.Timeout | undefined;

  constructor(
    private readonly who: StreamAuth,
    private readonly streams: TenantStreams,
    private readonly devices: Devices,
    private readonly clock: Clock,
    private readonly logger: Logger,
  ) {}

  attach(server: Server): void {
    server.on('upgrade', (request, socket, head) => this.#upgrade(request, socket, head));
    this.#pings = setInterval(() => this.pingAll(), PING_EVERY_MS).unref();
  }

  /** Before the server closes, which waits for every connection to end. */
  onModuleDestroy(): void {
    clearInterval(this.#pings);
    for (const socket of this.#server.clients) socket.close(1001, 'going_away');
    setTimeout(() => this.#server.clients.forEach((socket) => socket.terminate()), 500).unref();
    this.#server.close();
  }

  #upgrade(request: IncomingMessage, socket: Duplex, head: Buffer): void {
    socket.on('error', () => socket.destroy());
    if (!PATH.test(request.url ?? '')) {
      socket.end('HTTP/1.1 404 Not Found\r\nConnection: close\r\n\r\n');
      return;
    }
    this.#server.handleUpgrade(request, socket, head, (client) => {
      client.on('error', () => client.terminate());
      this.#open(client, request).catch((err: unknown) => {
        this.logger.warn({ err }, 'A stream could not be opened.');
        client.close(1011, 'try_again');
      });
    });
  }

  async #open(socket: WebSocket, request: IncomingMessage): Promise<void> {
    const actor = await this.who.find(request);
    if (!actor) return socket.close(BAD_TOKEN, 'SW_AUTH_INVALID_TOKEN');
    const stream = new ClientStream(actor, socket, await this.streams.beginAt(actor.tenant.id, parseCursor(queryOf(request).get('since') ?? '')));
    if (!stream.isOpen) return;
    this.#requests.set(socket, request);
    socket.on('pong', () => this.#silent.delete(socket));
    this.devices.attend(socket, actor);
    socket.on('close', () => {
      this.streams.leave(stream).catch((err: unknown) => this.logger.warn({ err }, 'A closed stream was not let go of.'));
    });
    stream.hello({ type: 'hello', session_id: randomUUID(), server_name: actor.tenant.serverName, tenant_id: actor.tenant.id, ts: this.clock.date().toISOString() });
    await this.streams.join(stream);
  }

  /** Every 30 s: who does not answer until the next time, or may not listen any more, is closed. */
  pingAll(): void {
    this.devices.sweep();
    for (const socket of this.#server.clients) {
      if (this.#silent.has(socket)) {
        socket.close(ABORTED, 'ping_timeout');
        setTimeout(() => socket.terminate(), 1_000).unref();
        continue;
      }
      this.#silent.add(socket);
      socket.ping();
      this.#check(socket).catch((err: unknown) => this.logger.warn({ err }, 'Whether a stream may go on could not be checked.'));
    }
  }

  /** A token that has expired, a session that was ended: the socket that it opened ends, too. */
  async #check(socket: WebSocket): Promise<void> {
    const request = this.#requests.get(socket);
    if (request && !(await this.who.find(request))) socket.close(BAD_TOKEN, 'SW_AUTH_INVALID_TOKEN');
  }
}
