// The address at which a server is watched: /metrics and /health, to be read and nothing else.
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { TchatError } from '../errors.ts';
import { MONITOR_CONNECTIONS, MONITOR_TIMEOUT } from '../limits.ts';
import type { Metrics } from './metrics.ts';

export class MetricsServer {
  readonly #http: Server;

  private constructor(http: Server) {
    this.#http = http;
  }

  /** Throws a TchatError `metrics-address`. */
  static async open({ host, port }: { host: string; port: number }, metrics: Metrics): Promise<MetricsServer> {
    const http = createServer(
      { requestTimeout: MONITOR_TIMEOUT, headersTimeout: MONITOR_TIMEOUT },
      (request, response) => {
        answer(metrics, request, response).catch(() => response.destroy());
      },
    );
    http.maxConnections = MONITOR_CONNECTIONS;
    http.keepAliveTimeout = MONITOR_TIMEOUT;
    await new Promise<void>((resolve, reject) => {
      http.once('error', (error: NodeJS.ErrnoException) => {
        const address = `${host}:${port}`;
        reject(new TchatError('metrics-address', { address, reason: error.code ?? error.message }, error));
      });
      http.listen(port, host, resolve);
    });
    http.removeAllListeners('error').on('error', () => {});
    return new MetricsServer(http);
  }

  get address(): { readonly host: string; readonly port: number } {
    const { address, port } = this.#http.address() as AddressInfo;
    return { host: address, port };
  }

  /** Idempotent. */
  close(): void {
    this.#http.close(() => {});
    this.#http.closeAllConnections();
  }
}

async function answer(metrics: Metrics, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const { method, url = '' } = request;
  const reply = (status: number, type: string, text: string) => {
    response.writeHead(status, {
      'content-type': type,
      'cache-control': 'no-store',
      'x-content-type-options': 'nosniff',
    });
    response.end(text);
  };
  if (method !== 'GET' && method !== 'HEAD') {
    response.setHeader('allow', 'GET, HEAD');
    reply(405, PLAIN, 'GET alone\n');
    return;
  }
  switch (url.split('?')[0]) {
    case '/metrics':
      reply(200, metrics.contentType, await metrics.text());
      return;
    case '/health': {
      const status = metrics.health ?? 'starting';
      reply(status === 'ok' ? 200 : 503, 'application/json', `${JSON.stringify({ status })}\n`);
      return;
    }
    default:
      reply(404, PLAIN, '/metrics or /health\n');
  }
}

const PLAIN = 'text/plain; charset=utf-8';
