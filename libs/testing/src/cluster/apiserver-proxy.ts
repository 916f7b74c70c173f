import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { connect, createSecureServer, type ClientHttp2Session, type Http2SecureServer, type IncomingHttpHeaders, type ServerHttp2Session, type ServerHttp2Stream } from 'node:http2';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import type { ControlPlane } from './control-plane.js';

/** What a request is, for a test that decides about it. */
export interface ProxiedRequest {
  method: string;
  path: string;
  isWatch: boolean;
}

export interface ProxyRefusal {
  status: number;
  body: object;
  headers?: Record<string, string>;
}

const LEASES = '/leases';
const PASSED_ON = ['authorization', 'accept', 'content-type', 'content-length', 'user-agent'] as const;

/**
 * Stands between an operator and the apiserver, with the apiserver's own certificate: tells what was written, and breaks what a test wants
 * broken. Leases are counted apart, for they are renewed all the time.
 *
 *   operator ──HTTP/2──▶ proxy ──one session per session──▶ apiserver
 */
export class ApiserverProxy {
  readonly writes: string[] = [];
  renewals = 0;
  mostConnections = 0;
  /** Looks at each request before it is passed on; what it returns is the answer. */
  refuse: (asked: ProxiedRequest) => ProxyRefusal | null = () => null;
  /** Called when the apiserver has done what was asked, before the operator hears of it; true: the operator never does. */
  swallow: (asked: ProxiedRequest) => boolean = () => false;
  /** Watches that have something to say fall silent, for ever, though their connection lives. */
  isSilent = false;
  /** how many watches have fallen silent */
  silenced = 0;
  /** A text that the operator must never be sent, and whether it was. */
  secret: { text: string; isSeen: boolean } | null = null;
  readonly #server: Http2SecureServer;
  readonly #sessions = new Map<ServerHttp2Session, ClientHttp2Session>();

  private constructor(private readonly plane: ControlPlane) {
    const pki = (file: string): Buffer => readFileSync(join(plane.folder, 'pki', file));
    this.#server = createSecureServer({ key: pki('apiserver.key'), cert: pki('apiserver.crt') });
    this.#server.on('session', (session) => this.#join(session, pki('apiserver.crt')));
    this.#server.on('error', () => undefined); // a connection that breaks while it is made
  }

  static async start(plane: ControlPlane): Promise<ApiserverProxy> {
    const proxy = new ApiserverProxy(plane);
    proxy.#server.listen(0, '127.0.0.1');
    await once(proxy.#server, 'listening');
    return proxy;
  }

  get url(): string {
    return `https://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  get connections(): number {
    return this.#sessions.size;
  }

  /** As new, but for what was counted. */
  mend(): void {
    this.refuse = () => null;
    this.swallow = () => false;
    this.isSilent = false;
  }

  /** Breaks every connection; the next ones get through. */
  reset(): void {
    for (const session of this.#sessions.keys()) session.destroy();
  }

  close(): void {
    this.reset();
    this.#server.close();
  }

  #join(near: ServerHttp2Session, ca: Buffer): void {
    const far = connect(this.plane.url, { ca });
    this.#sessions.set(near, far);
    this.mostConnections = Math.max(this.mostConnections, this.#sessions.size);
    near.on('error', () => undefined); // its close follows
    far.on('error', () => undefined);
    near.on('close', () => {
      this.#sessions.delete(near);
      far.destroy();
    });
    far.on('close', () => near.destroy());
    near.on('stream', (stream, headers) => this.#pass(stream, headers, far));
  }

  #pass(near: ServerHttp2Stream, headers: IncomingHttpHeaders, session: ClientHttp2Session): void {
    const { ':method': method = '', ':path': path = '' } = headers;
    const asked = { method, path, isWatch: path.includes('watch=true') };
    near.on('error', () => undefined); // whoever asked is told by its own end
    const refusal = this.refuse(asked);
    if (refusal !== null) {
      near.respond({ ':status': refusal.status, 'content-type': 'application/json', ...refusal.headers });
      near.end(JSON.stringify(refusal.body));
      return;
    }
    if (session.destroyed || session.closed) {
      near.destroy();
      return;
    }
    const passed = Object.fromEntries(PASSED_ON.flatMap((name) => (headers[name] === undefined ? [] : [[name, headers[name]]])));
    const far = session.request({ ':method': method, ':path': path, ...passed });
    near.pipe(far);
    far.on('error', () => near.destroy());
    far.on('response', (answer) => {
      const status = answer[':status'] ?? 0;
      if (this.#isLost(asked, status) || near.destroyed) {
        far.destroy();
        return;
      }
      near.respond({ ':status': status, 'content-type': answer['content-type'], ...(answer['retry-after'] && { 'retry-after': answer['retry-after'] }) });
      let isSilenced = false;
      far.on('data', (data: Buffer) => {
        if (this.secret !== null && data.includes(this.secret.text)) this.secret.isSeen = true;
        if (!isSilenced && asked.isWatch && this.isSilent) {
          isSilenced = true;
          this.silenced += 1;
        }
        if (!isSilenced) near.write(data);
      });
      far.on('end', () => near.end());
    });
    near.on('close', () => far.destroy());
  }

  #isLost(asked: ProxiedRequest, status: number): boolean {
    if (asked.method === 'GET') return false;
    if (asked.path.includes(LEASES)) {
      this.renewals += 1;
      return false;
    }
    this.writes.push(`${asked.method} ${asked.path.replace(/\?.*/, '')} ${status}`);
    return status < 300 && this.swallow(asked);
  }
}
