import type { TLSSocket } from 'node:tls';
import { KubeConfig } from '@kubernetes/client-node';
import type { Counter } from 'prom-client';
import { Agent, buildConnector, request, type Dispatcher } from 'undici';
import { KubeError, parseStatus, SILENCE } from './kube-error.js';

export interface KubeRequest {
  method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  path: string;
  query?: Record<string, string>;
  body?: unknown;
  contentType?: string;
  /** as long may pass before the first word of the answer, before the connection is doubted; 20 s unless told */
  beginsWithinMs?: number;
}

interface Access {
  headers: Record<string, string>;
  origin: string;
}

type Connector = ReturnType<typeof buildConnector>;

const BEGINS_WITHIN_MS = 20_000;
const ANSWER_WITHIN_MS = 30_000;
const CONNECTIONS = 2;
// Without TLS (`kubectl proxy`) there is no HTTP/2, and each watch takes a connection for itself.
const PLAIN_CONNECTIONS = 16;

/**
 * The one way to the apiserver: who we are comes from a kubeconfig or the pod's service account (read again as it is renewed), everything
 * goes over two kept connections at most, where HTTP/2 carries watches and requests side by side. The client library's own calls open
 * a TLS connection each.
 *
 * What takes too long is given up by the dispatcher's own limits and not by a signal: only then does it ask the connection for a sign of
 * life, and replaces one that has died without saying so.
 */
export class KubeTransport {
  readonly #config: KubeConfig;
  readonly #requests: Counter<'code' | 'method' | 'host'>;
  #agent: Agent | undefined;

  constructor(config: KubeConfig, requests: Counter<'code' | 'method' | 'host'>) {
    this.#config = config;
    this.#requests = requests;
  }

  /** @throws Error when neither a kubeconfig file nor a service account is there */
  static loadConfig(kubeconfigFile: string | undefined): KubeConfig {
    const config = new KubeConfig();
    if (kubeconfigFile === undefined) config.loadFromCluster();
    else config.loadFromFile(kubeconfigFile);
    return config;
  }

  /** @throws KubeError when the answer is not 2xx or does not come within 30 s, or before `stop` */
  async send<Answer>(wanted: KubeRequest, stop?: AbortSignal): Promise<Answer> {
    const late = AbortSignal.timeout(ANSWER_WITHIN_MS);
    const limits = { signal: stop === undefined ? late : AbortSignal.any([late, stop]), headersTimeout: wanted.beginsWithinMs ?? BEGINS_WITHIN_MS, bodyTimeout: BEGINS_WITHIN_MS };
    const { statusCode, headers, body } = await this.#request(wanted, limits);
    const text = await body.text().catch((error: Error) => {
      throw unreachable(error);
    });
    if (statusCode >= 300) throw parseStatus(statusCode, text, headerOf(headers, 'retry-after'));
    return JSON.parse(text) as Answer;
  }

  /**
   * The lines of an answer that does not end by itself, each as it comes; half a line at the end is not given.
   * @param limits.silenceMs as long may pass without a word
   * @throws KubeError when the answer is not 200, breaks or falls silent
   */
  async *lines(path: string, query: Record<string, string>, { signal, silenceMs }: { signal: AbortSignal; silenceMs: number }): AsyncGenerator<string> {
    const { statusCode, headers, body } = await this.#request({ method: 'GET', path, query }, { signal, headersTimeout: Math.min(silenceMs, BEGINS_WITHIN_MS), bodyTimeout: silenceMs });
    if (statusCode !== 200) throw parseStatus(statusCode, await body.text().catch(() => ''), headerOf(headers, 'retry-after'));
    let rest = '';
    try {
      body.setEncoding('utf8');
      for await (const chunk of body as AsyncIterable<string>) {
        const lines = (rest + chunk).split('\n');
        rest = lines.pop() ?? '';
        yield* lines;
      }
    } catch (error) {
      throw unreachable(error as Error);
    }
  }

  async close(): Promise<void> {
    await this.#agent?.destroy();
  }

  async #request(wanted: KubeRequest, limits: { signal: AbortSignal; headersTimeout: number; bodyTimeout: number }): Promise<Dispatcher.ResponseData> {
    const { method, path, query, body, contentType = 'application/json' } = wanted;
    const host = this.#host;
    try {
      const { headers, origin } = await this.#access();
      const answer = await request(`${origin}${path}`, {
        method, query, ...limits, dispatcher: this.#agent,
        headers: { ...headers, accept: 'application/json', ...(body !== undefined && { 'content-type': contentType }) },
        ...(body !== undefined && { body: JSON.stringify(body) }),
      });
      this.#requests.inc({ code: String(answer.statusCode), method, host });
      return answer;
    } catch (error) {
      this.#requests.inc({ code: '<error>', method, host });
      throw unreachable(error as Error);
    }
  }

  async #access(): Promise<Access> {
    const cluster = this.#config.getCurrentCluster();
    if (cluster === null) throw new Error('the kubeconfig names no cluster');
    const options: { headers?: Record<string, string>; ca?: string | Buffer; cert?: string; key?: string; rejectUnauthorized?: boolean } = {};
    await this.#config.applyToHTTPSOptions(options as Parameters<KubeConfig['applyToHTTPSOptions']>[0]);
    const { headers = {}, ca, cert, key, rejectUnauthorized } = options;
    const origin = cluster.server.replace(/\/$/, '');
    this.#agent ??= new Agent({
      connections: origin.startsWith('https:') ? CONNECTIONS : PLAIN_CONNECTIONS, allowH2: true, maxResponseSize: -1,
      connect: withHttp2(buildConnector({ allowH2: true, timeout: 10_000, ...(ca && { ca }), ...(cert && { cert }), ...(key && { key }), ...(rejectUnauthorized === false && { rejectUnauthorized }) })),
    });
    return { headers: Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, String(value)])), origin };
  }

  get #host(): string {
    return /^https?:\/\/([^/]+)/.exec(this.#config.getCurrentCluster()?.server ?? '')?.[1] ?? '';
  }
}

// Five watches on two connections would wait for each other for ever: better to say what is missing.
function withHttp2(connect: Connector): Connector {
  return (options, callback) => connect(options, (...outcome) => {
    // With an error there is no second argument, whatever its type says.
    const [error, socket] = outcome;
    if (error !== null || options.protocol !== 'https:' || (socket as TLSSocket).alpnProtocol === 'h2') return callback(...outcome);
    socket.destroy();
    return callback(new Error('what answers there does not speak HTTP/2, which the operator needs: let the proxy in front of the apiserver pass it through'), null);
  });
}

function headerOf(headers: Record<string, string | string[] | undefined>, name: string): string | undefined {
  const value = headers[name];
  return Array.isArray(value) ? value[0] : value;
}

const SILENT = new Set(['UND_ERR_HEADERS_TIMEOUT', 'UND_ERR_BODY_TIMEOUT']);

function unreachable(error: Error): KubeError {
  if (error instanceof KubeError) return error;
  const { code = '' } = error as { code?: string };
  if (SILENT.has(code)) return new KubeError(0, SILENCE, 'the apiserver said nothing for too long');
  return new KubeError(0, 'Unreachable', `the apiserver cannot be reached: ${code || error.message}`);
}
