import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { json } from 'node:stream/consumers';

export interface AskedOfApiserver {
  method: string;
  url: URL;
  contentType: string | undefined;
  /** null when there was none */
  body: unknown;
}

export type ApiserverAnswer = (asked: AskedOfApiserver, response: ServerResponse) => void;

/** A server without TLS that answers as a test says, and remembers what it was asked. */
export class ScriptedApiserver {
  readonly asked: AskedOfApiserver[] = [];
  readonly #server: Server = createServer((request, response) => void this.#take(request, response));

  constructor(private readonly answer: ApiserverAnswer) {}

  async start(): Promise<string> {
    this.#server.listen(0, '127.0.0.1');
    await once(this.#server, 'listening');
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  async stop(): Promise<void> {
    this.#server.closeAllConnections();
    this.#server.close();
    await once(this.#server, 'close');
  }

  async #take(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const body: unknown = request.headers['content-length'] === undefined && request.headers['transfer-encoding'] === undefined ? null : await json(request);
    const asked = { method: request.method ?? '', url: new URL(request.url ?? '/', 'http://x'), contentType: request.headers['content-type'], body };
    this.asked.push(asked);
    this.answer(asked, response);
  }
}

/** Answers with an object, or with the error of that status as Kubernetes words it. */
export function answerJson(response: ServerResponse, status: number, body: object): void {
  response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(status < 300 ? body : { kind: 'Status', status: 'Failure', code: status, ...body }));
}
