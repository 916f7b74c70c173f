import { Socket } from 'node:net';

/** `host:port` of a URL. */
export function hostAndPort(url: string, defaultPort: number): string {
  const { hostname, port } = new URL(url);
  return `${hostname.replace(/^\[|\]$/g, '')}:${port === '' ? defaultPort : port}`;
}

type Connect = Socket['connect'];
type Target = { host?: string; port?: number | string; path?: string };

/**
 * From now on every outbound connection of this process throws, unless its `host:port` (or Unix socket path) is in
 * `allowed`; what is added to a given Set later counts, too. All of node's clients (net, tls, http, undici) end in
 * `Socket.connect`. Returns what takes the guard away.
 */
export function forbidEgressExcept(allowed: readonly string[] | ReadonlySet<string>): () => void {
  const permitted: ReadonlySet<string> = allowed instanceof Set ? allowed : new Set(allowed);
  // eslint-disable-next-line typescript/unbound-method -- called with the socket as `this` below
  const connect = Socket.prototype.connect;
  function guarded(this: Socket, ...args: unknown[]): Socket {
    const target = describeTarget(args);
    if (!permitted.has(target)) throw new Error(`This process may not connect to ${target}.`);
    return Reflect.apply(connect, this, args) as Socket;
  }
  Socket.prototype.connect = guarded as Connect;
  return () => {
    Socket.prototype.connect = connect;
  };
}

// net.connect passes its normalised arguments as one array; a caller of Socket.connect may give (port, host), (path) or ({…}).
function describeTarget(args: unknown[]): string {
  const [first, second] = Array.isArray(args[0]) ? (args[0] as unknown[]) : args;
  if (typeof first === 'object' && first !== null) {
    const { path, host, port } = first as Target;
    return path ?? `${host ?? 'localhost'}:${port ?? ''}`;
  }
  if (typeof first === 'number' || /^\d+$/.test(String(first))) return `${typeof second === 'string' ? second : 'localhost'}:${String(first)}`;
  return String(first);
}
