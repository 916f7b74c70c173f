import { randomUUID } from 'node:crypto';
import type { IncomingMessage, Server } from 'node:http';
import type { Duplex } from 'node:stream';
import { Injectable, type OnApplicationShutdown } from '@nestjs/common';
import { FindTenantByHost, parseCursor, type Actor, type StreamCursor } from '@scaiwave/core';
import { Clock, Logger } from '@scaiwave/telemetry';
import { WebSocketServer, type WebSocket } from 'ws';
import { BearerTokens } from '../auth/bearer-tokens.js';
import { Sessions } from '../auth/sessions.js';
import { ClientStream } from './client-stream.js';
import { ReadFrames } from './read-frames.js';
import { TenantStreams } from './tenant-streams.js';

const PING_EVERY_MS = 30_000;

/** Who opens a stream: a token in the query, or the session cookie from a page of the same server. */
@Injectable()
export class StreamAuth {
  constructor(
    private readonly tenants: FindTenantByHost,
    private readonly bearer: BearerTokens,
    private readonly sessions: Sessions,
  ) {}

  async find(request: IncomingMessage, url: URL): Promise<Actor | null> {
    const found = await this.tenants.run(request.headers.host ?? '');
    if (found.state !== 'active') return null;
    const token = url.searchParams.get('token');
    if (token !== null) return this.bearer.verify(found.row, `Bearer ${token}`).catch(() => null);
    // Browsers send cookies with sockets from any page: only pages of this very host may use them.
    const { origin, host, cookie } = request.headers;
    if (origin === undefined || new URL(origin).host !== host) return null;
    return (await this.sessions.find(found.tenant, cookie))?.actor ?? null;
  }
}

/** `/v1/stream`: one socket per client. Says hello with the cursor, then everything after it. */
@Injectable()
export class StreamGateway implements OnApplicationShutdown {
  readonly #server = new WebSocketServer({ noServer: true, maxPayload: 4_096, perMessageDeflate: false });
  readonly #silent = new WeakSet<WebSocket>();
  #pings: NodeJS.Timeout | undefined;

  constructor(
    private readonly who: StreamAuth,
    private readonly frames: ReadFrames,
    private readonly streams: TenantStreams,
    private readonly clock: Clock,
    private readonly logger: Logger,
  ) {}

  attach(server: Server): void {
    server.on('upgrade', (request, socket, head) => this.#upgrade(request, socket, head));
    this.#pings = setInterval(() => this.#ping(), PING_EVERY_MS).unref();
  }

  onApplicationShutdown(): void {
    clearInterval(this.#pings);
    for (const socket of this.#server.clients) socket.close(1001, 'going_away');
    this.#server.close();
  }

  #upgrade(request: IncomingMessage, socket: Duplex, head: Buffer): void {
    if (!request.url?.startsWith('/v1/stream')) {
      socket.end('HTTP/1.1 404 Not Found\r\n\r\n');
      return;
    }
    this.#server.handleUpgrade(request, socket, head, (client) => {
      this.#open(client, request).catch((err: unknown) => {
        this.logger.warn({ err }, 'A stream could not be opened.');
        client.close(1011, 'try_again');
      });
    });
  }

  async #open(socket: WebSocket, request: IncomingMessage): Promise<void> {
    const url = new URL(request.url ?? '', 'http://stream');
    const actor = await this.who.find(request, url);
    if (!actor) return socket.close(4001, 'SW_AUTH_INVALID_TOKEN');
    const stream = new ClientStream(actor, socket, await this.#cursorOf(url, actor));
    socket.on('error', () => socket.terminate());
    socket.on('pong', () => this.#silent.delete(socket));
    socket.on('close', () => {
      this.streams.leave(stream).catch((err: unknown) => this.logger.warn({ err }, 'A closed stream was not let go of.'));
    });
    stream.hello({ type: 'hello', session_id: randomUUID(), server_name: actor.tenant.serverName, tenant_id: actor.tenant.id, ts: this.clock.date().toISOString() });
    await this.streams.join(stream);
  }

  async #cursorOf(url: URL, actor: Actor): Promise<StreamCursor> {
    const since = url.searchParams.get('since');
    return (since === null ? null : parseCursor(since)) ?? (await this.frames.head(actor.tenant.id));
  }

  #ping(): void {
    for (const socket of this.#server.clients) {
      if (this.#silent.has(socket)) {
        socket.close(4003, 'ping_timeout');
        continue;
      }
      this.#silent.add(socket);
      socket.ping();
    }
  }
}
