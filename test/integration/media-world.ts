import { createHash } from 'node:crypto';
import { Agent, request, type IncomingHttpHeaders } from 'node:http';
import { deflateSync, crc32 } from 'node:zlib';

/** A picture of one colour, as a browser would read it. */
export function png(width: number, height: number): Buffer {
  const chunk = (type: string, data: Buffer): Buffer => {
    const body = Buffer.concat([Buffer.from(type), data]);
    const [length, check] = [Buffer.alloc(4), Buffer.alloc(4)];
    length.writeUInt32BE(data.length);
    check.writeUInt32BE(crc32(body));
    return Buffer.concat([length, body, check]);
  };
  const header = Buffer.alloc(13);
  header.writeUInt32BE(width, 0);
  header.writeUInt32BE(height, 4);
  header.set([8, 2], 8);
  const row = Buffer.concat([Buffer.from([0]), Buffer.alloc(width * 3, 0x66)]);
  const rows = deflateSync(Buffer.concat(Array.from({ length: height }, () => row)));
  return Buffer.concat([Buffer.from('\x89PNG\r\n\x1a\n', 'latin1'), chunk('IHDR', header), chunk('IDAT', rows), chunk('IEND', Buffer.alloc(0))]);
}

export interface FormPart {
  field: string;
  name?: string;
  bytes: Buffer | string;
}

/** A multipart body, byte for byte as the test wants it. */
export function formOf(parts: readonly FormPart[], end = true): { contentType: string; body: Buffer } {
  const boundary = 'a-boundary-of-the-test';
  const pieces = parts.flatMap(({ field, name, bytes }) => [
    `--${boundary}\r\ncontent-disposition: form-data; name="${field}"${name === undefined ? '' : `; filename="${name}"`}\r\n${name === undefined ? '' : 'content-type: image/png\r\n'}\r\n`, bytes, '\r\n',
  ]);
  return { contentType: `multipart/form-data; boundary=${boundary}`, body: Buffer.concat([...pieces, end ? `--${boundary}--\r\n` : ''].map((piece) => Buffer.from(piece))) };
}

export interface MediaAnswer {
  status: number;
  headers: IncomingHttpHeaders;
  bytes: Buffer;
  json: any;
}

/** Somebody who sends and reads files. */
export class MediaCaller {
  readonly #agent = new Agent({ keepAlive: true });

  constructor(private readonly at: { address: string; host: string; token: () => Promise<string> }) {}

  upload(parts: readonly FormPart[], headers: Record<string, string> = {}): Promise<MediaAnswer> {
    const { contentType, body } = formOf(parts);
    return this.send('POST', '/v1/media/upload', { body, headers: { 'content-type': contentType, ...headers } });
  }

  /** One that must be taken. */
  async file(bytes: Buffer | string, name = 'photo.png', thumbnail?: Buffer): Promise<any> {
    const answer = await this.upload([{ field: 'file', name, bytes }, ...(thumbnail ? [{ field: 'thumbnail', name: 'thumbnail', bytes: thumbnail }] : [])]);
    if (answer.status !== 201) throw new Error(`upload → ${answer.status} ${answer.bytes.toString()}`);
    return answer.json.data;
  }

  get(path: string, headers: Record<string, string> = {}): Promise<MediaAnswer> {
    return this.send('GET', path, { headers });
  }

  close(): void {
    this.#agent.destroy();
  }

  // node:http: only here Host may differ from the address.
  async send(method: string, path: string, { body, headers }: { body?: Buffer; headers?: Record<string, string> } = {}): Promise<MediaAnswer> {
    const { hostname, port } = new URL(this.at.address);
    const all = { host: this.at.host, authorization: `Bearer ${await this.at.token()}`, ...(body && { 'content-length': String(body.length) }), ...headers };
    return new Promise((resolve, reject) => {
      const sent = request({ hostname, port, method, path, headers: all, agent: this.#agent }, (response) => {
        const chunks: Buffer[] = [];
        response.on('data', (chunk: Buffer) => chunks.push(chunk));
        response.on('error', reject);
        response.on('end', () => {
          const bytes = Buffer.concat(chunks);
          const isJson = response.headers['content-type']?.startsWith('application/json') ?? false;
          resolve({ status: response.statusCode ?? 0, headers: response.headers, bytes, json: isJson ? JSON.parse(bytes.toString()) : null });
        });
      });
      sent.on('error', reject);
      sent.end(body);
    });
  }
}

export const hex = (bytes: Buffer): string => createHash('sha256').update(bytes).digest('hex');
