import { Agent, request, type IncomingHttpHeaders } from 'node:http';

/** A request to an API as bytes, with whatever headers a test wants. */
export interface ApiCall {
  method?: string;
  path: string;
  /** the Host header */
  host: string;
  headers?: Record<string, string | string[]>;
  /** an object is sent as JSON; text and bytes as they are */
  body?: unknown;
}

export interface ApiAnswer<Data = any> {
  status: number;
  headers: IncomingHttpHeaders;
  text: string;
  data: Data;
  meta: Record<string, any> | undefined;
  code: string | undefined;
  details: Record<string, any> | undefined;
}

/** One API on loopback; any Host may be asked for. */
export class ApiClient {
  readonly #agent = new Agent({ keepAlive: true });

  constructor(readonly address: string) {}

  async call<Data = any>({ method, path, host, headers = {}, body }: ApiCall): Promise<ApiAnswer<Data>> {
    const isJson = body !== undefined && typeof body !== 'string' && !Buffer.isBuffer(body);
    const bytes = body === undefined ? null : Buffer.from(isJson ? JSON.stringify(body) : (body as string));
    const all = { host, ...(bytes === null ? {} : { 'content-type': 'application/json', 'content-length': String(bytes.length) }), ...headers };
    const answer = await this.#send({ method: method ?? (bytes === null ? 'GET' : 'POST'), path, headers: all, bytes });
    const json = parse(answer.text);
    return { ...answer, data: json.data as Data, meta: json.meta, code: json.error?.code, details: json.error?.details };
  }

  close(): void {
    this.#agent.destroy();
  }

  // node:http and not undici: only here Host may differ from the address without becoming the name that is looked up.
  #send({ method, path, headers, bytes }: { method: string; path: string; headers: Record<string, string | string[]>; bytes: Buffer | null }): Promise<{ status: number; headers: IncomingHttpHeaders; text: string }> {
    const { hostname, port } = new URL(this.address);
    return new Promise((resolve, reject) => {
      const sent = request({ hostname, port, method, path, headers, agent: this.#agent }, (response) => {
        const chunks: Buffer[] = [];
        response.on('data', (chunk: Buffer) => chunks.push(chunk));
        response.on('error', reject);
        response.on('end', () => resolve({ status: response.statusCode ?? 0, headers: response.headers, text: Buffer.concat(chunks).toString() }));
      });
      sent.on('error', reject);
      sent.end(bytes ?? undefined);
    });
  }
}

function parse(text: string): { data?: unknown; meta?: Record<string, unknown>; error?: { code: string; details?: Record<string, unknown> } } {
  try {
    return JSON.parse(text) as object;
  } catch {
    return {}; // a page, a redirect, or nothing
  }
}
