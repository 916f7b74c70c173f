import { request as requestHttp } from 'node:http';
import { request as requestHttps } from 'node:https';

/** The client API refused or could not be reached. */
export class ClientApiError extends Error {
  override readonly name = 'ClientApiError';
  constructor(
    readonly status: number,
    /** Catalogue code, or null when the answer was not ours. */
    readonly code: string | null,
    what: string,
  ) {
    super(what);
  }
}

interface Answer<T> {
  status: number;
  data: T;
}

/** The client API as one person sees it, with a bearer token. */
export class ClientApi {
  private readonly base: URL;

  constructor(
    baseUrl: string,
    private readonly token: string,
  ) {
    this.base = new URL(baseUrl);
  }

  get<T>(path: string): Promise<T> {
    return this.call<T>('GET', path).then((answer) => answer.data);
  }

  /** The answer as it came, for what is not JSON. @throws ClientApiError */
  async text(path: string): Promise<string> {
    const { status, text } = await this.send('GET', path, null);
    if (status >= 400) throw problemOf({ method: 'GET', path, status, text });
    return text;
  }

  post<T>(path: string, body: object = {}): Promise<T> {
    return this.call<T>('POST', path, body).then((answer) => answer.data);
  }

  patch<T>(path: string, body: object): Promise<T> {
    return this.call<T>('PATCH', path, body).then((answer) => answer.data);
  }

  put<T>(path: string, body: object): Promise<T> {
    return this.call<T>('PUT', path, body).then((answer) => answer.data);
  }

  delete<T>(path: string): Promise<T> {
    return this.call<T>('DELETE', path).then((answer) => answer.data);
  }

  /** @throws ClientApiError for every status of 400 and above */
  private async call<T>(method: string, path: string, body?: object): Promise<Answer<T>> {
    const { status, text } = await this.send(method, path, body === undefined ? null : JSON.stringify(body));
    if (status >= 400) throw problemOf({ method, path, status, text });
    return { status, data: (parse(text) as { data?: T } | null)?.data as T };
  }

  private send(method: string, path: string, body: string | null): Promise<{ status: number; text: string }> {
    return new Promise((resolve, reject) => {
      // The C library does not resolve *.localhost (RFC 6761 leaves it to us): loopback, with the name in Host.
      const isLoopback = this.base.hostname === 'localhost' || this.base.hostname.endsWith('.localhost');
      const request = this.base.protocol === 'https:' ? requestHttps : requestHttp;
      const headers = {
        host: this.base.host, authorization: `Bearer ${this.token}`,
        ...(body !== null && { 'content-type': 'application/json', 'content-length': Buffer.byteLength(body) }),
      };
      const sent = request({ host: isLoopback ? '127.0.0.1' : this.base.hostname, servername: this.base.hostname, port: this.base.port, method, path, headers, timeout: 20_000 }, (response) => {
        const chunks: Buffer[] = [];
        response.on('data', (chunk: Buffer) => chunks.push(chunk)).on('error', reject);
        response.on('end', () => resolve({ status: response.statusCode ?? 0, text: Buffer.concat(chunks).toString('utf8') }));
      });
      sent.on('error', reject).on('timeout', () => sent.destroy(new Error(`${method} ${path} took longer than 20 s`)));
      sent.end(body ?? undefined);
    });
  }
}

function problemOf({ method, path, status, text }: { method: string; path: string; status: number; text: string }): ClientApiError {
  const { code = null, message = text.slice(0, 200) } = (parse(text) as { error?: { code?: string; message?: string } } | null)?.error ?? {};
  return new ClientApiError(status, code, `${method} ${path} answered ${status} ${code ?? ''}: ${message}`);
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null; // not ours; the status says enough
  }
}
