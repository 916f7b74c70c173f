import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Metrics } from './metrics.js';

export interface HealthServer {
  /** The port that was bound; of use when 0 was asked for. */
  port: number;
  close(): Promise<void>;
}

/**
 * Serves `/healthz` (the process lives), `/readyz` (it can do its work: 200 or 503) and `/metrics` on a port of its own,
 * so that they answer while the main port is not yet, or no longer, open.
 */
export async function startHealthServer(options: {
  port: number;
  host?: string;
  isReady: () => boolean | Promise<boolean>;
  metrics?: Metrics;
}): Promise<HealthServer> {
  const server = createServer((request, response) => {
    answer(request.url ?? '/', options, response).catch((error: unknown) => send(response, 503, String(error)));
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject).listen(options.port, options.host ?? '127.0.0.1', resolve);
  });
  return {
    port: (server.address() as AddressInfo).port,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

async function answer(
  url: string,
  { isReady, metrics }: { isReady: () => boolean | Promise<boolean>; metrics?: Metrics },
  response: ServerResponse,
): Promise<void> {
  const path = url.split('?')[0];
  if (path === '/healthz') return send(response, 200, 'ok');
  if (path === '/readyz') return (await isReady()) ? send(response, 200, 'ready') : send(response, 503, 'not ready');
  if (path === '/metrics' && metrics) {
    response.setHeader('content-type', metrics.registry.contentType);
    return send(response, 200, await metrics.registry.metrics());
  }
  return send(response, 404, 'not found');
}

function send(response: ServerResponse, status: number, text: string): void {
  response.statusCode = status;
  response.end(`${text}\n`);
}
