import { KubeConfig } from '@kubernetes/client-node';
import type { Counter } from 'prom-client';
import { Agent, request, type Dispatcher } from 'undici';
import { KubeError, parseStatus } from './kube-error.js';

export interface KubeRequest {
  method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  path: string;
  query?: Record<string, string>;
  body?: unknown;
  contentType?: string;
}

interface Access {
  headers: Record<string, string>;
  origin: string;
}

const ANSWER_WITHIN_MS = 30_000;

/**
 * The one way to the apiserver: who we are comes from a kubeconfig or the pod's service account (read again as it is renewed), everything
 * goes over two kept connections at most, where HTTP/2 carries watches and requests side by side. The client library's own calls open
 * a TLS connection each.
 */
export class KubeTransport {
  readonly #config: KubeConfig;
  readonly #requests: Counter<'code' | 'method'>;
  #agent: Agent | undefined;

  constructor(config: KubeConfig, requests: Counter<'code' | 'method'>) {
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
    const { statusCode, headers, body } = await this.#request(wanted, stop === undefined ? late : AbortSignal.any([late, stop]));
    const text = await body.text().catch((error: Error) => {
      throw unreachable(error);
    });
    if (statusCode >= 300) throw parseStatus(statusCode, text, headerOf(headers, 'retry-after'));
    return JSON.parse(text) as Answer;
  }

  /**
   * The lines of an answer that does not end by itself, each as it comes; half a line at the end is not given.
   * @throws KubeError when the answer is not 200 or breaks
   */
  async *lines(path: string, query: Record<string, string>, signal: AbortSignal): AsyncGenerator<string> {
    const { statusCode, headers, body } = await this.#request({ method: 'GET', path, query }, signal);
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

  async #request(wanted: KubeRequest, signal: AbortSignal): Promise<Dispatcher.ResponseData> {
    const { method, path, query, body, contentType = 'application/json' } = wanted;
    try {
      const { headers, origin } = await this.#access();
      const answer = await request(`${origin}${path}`, {
        method, query, signal, dispatcher: this.#agent,
        headers: { ...headers, accept: 'application/json', ...(body !== undefined && { 'content-type': contentType }) },
        ...(body !== undefined && { body: JSON.stringify(body) }),
      });
      this.#requests.inc({ code: String(answer.statusCode), method });
      return answer;
    } catch (error) {
      this.#requests.inc({ code: '<error>', method });
      throw unreachable(error as Error);
    }
  }

  async #access(): Promise<Access> {
    const cluster = this.#config.getCurrentCluster();
    if (cluster === null) throw new Error('the kubeconfig names no cluster');
    const options: { headers?: Record<string, string>; ca?: string | Buffer; cert?: string; key?: string; rejectUnauthorized?: boolean } = {};
    await this.#config.applyToHTTPSOptions(options as Parameters<KubeConfig['applyToHTTPSOptions']>[0]);
    const { headers = {}, ca, cert, key, rejectUnauthorized } = options;
    this.#agent ??= new Agent({
      connections: 2, allowH2: true, headersTimeout: 0, bodyTimeout: 0, maxResponseSize: -1,
      connect: { timeout: 10_000, ...(ca && { ca }), ...(cert && { cert }), ...(key && { key }), ...(rejectUnauthorized === false && { rejectUnauthorized }) },
    });
    return { headers: Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, String(value)])), origin: cluster.server.replace(/\/$/, '') };
  }
}

function headerOf(headers: Record<string, string | string[] | undefined>, name: string): string | undefined {
  const value = headers[name];
  return Array.isArray(value) ? value[0] : value;
}

function unreachable(error: Error): KubeError {
  if (error instanceof KubeError) return error;
  const { code } = error as { code?: string };
  return new KubeError(0, 'Unreachable', `the apiserver cannot be reached: ${code ?? error.message}`);
}
