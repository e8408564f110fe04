import type { IncomingMessage, ServerResponse } from 'node:http';
import { httpStatusOf } from './health.ts';
import type { Health } from './health.ts';
import { isLocalRequest } from './isLocalRequest.ts';
import { corsHeaders } from './originPolicy.ts';
import { readTarget } from './requestTarget.ts';
import type { Refusal } from './UpgradeRefuser.ts';

export interface HttpResponses {
  /** Refusal of the request; undefined if allowed. */
  readonly refusal?: Refusal | undefined;
  readonly health: () => Health;
  readonly allowedOrigins: readonly string[];
  /** Response of `GET /metrics`; undefined if disabled. */
  readonly metrics?: MetricsResponse | undefined;
  /** Paths that the 404 response lists. */
  readonly webSocketPaths: readonly string[];
}

/** Metrics, and whether other machines may read them. */
export interface MetricsResponse {
  readonly isLocalOnly: boolean;
  readonly contentType: string;
  readonly text: () => Promise<string>;
}

/** Responds to a request without upgrade: `GET /health`, `GET /metrics` if enabled, and 404 for others. */
export function respondToHttp(request: IncomingMessage, response: ServerResponse, options: HttpResponses): void {
  const { path } = readTarget(request.url);
  const headers = corsHeaders(request.headers.origin, options.allowedOrigins);
  // The server needs no bodies, but an unread body would block the connection.
  request.resume();

  const { metrics, refusal } = options;
  if (refusal !== undefined) {
    // Without CORS headers, so that the page cannot read the response.
    const { status, reason, text: error } = refusal;
    send(response, { status, headers: {}, body: { error, reason } });
  } else if (path === '/metrics' && request.method === 'GET' && metrics !== undefined && mayRead(request, metrics)) {
    void sendMetrics(response, metrics);
  } else if (path !== '/health') {
    const error = `unknown path ${path}; use GET /health, or WebSocket at ${options.webSocketPaths.join(', ')}`;
    send(response, { status: 404, headers, body: { error } });
  } else if (request.method === 'OPTIONS') {
    send(response, { status: 204, headers: { ...headers, 'access-control-allow-methods': 'GET, HEAD' } });
  } else if (request.method !== 'GET' && request.method !== 'HEAD') {
    send(response, { status: 405, headers: { ...headers, allow: 'GET, HEAD, OPTIONS' }, body: { error: 'GET only' } });
  } else {
    const health = options.health();
    send(response, {
      status: httpStatusOf(health),
      headers: { ...headers, 'cache-control': 'no-store' },
      body: forReader(health, request),
    });
  }
}

/** Returns whether the client may read the metrics. For others the path does not exist. */
function mayRead(request: IncomingMessage, { isLocalOnly }: MetricsResponse): boolean {
  return !isLocalOnly || isLocalRequest(request);
}

/** Programs on this machine get the full report. Other clients and all pages get no process IDs. */
function forReader(health: Health, request: IncomingMessage): object {
  if (isLocalRequest(request) && request.headers.origin === undefined) return health;
  return { ...health, workers: health.workers.map(({ pid: _, ...worker }) => worker) };
}

async function sendMetrics(response: ServerResponse, { contentType, text }: MetricsResponse): Promise<void> {
  try {
    const body = await text();
    response.writeHead(200, { 'content-type': contentType, 'cache-control': 'no-store' }).end(body);
  } catch {
    response.writeHead(500).end();
  }
}

interface HttpResponse {
  readonly status: number;
  readonly headers: Record<string, string>;
  readonly body?: object;
}

function send(response: ServerResponse, { status, headers, body }: HttpResponse): void {
  if (body === undefined) {
    response.writeHead(status, headers).end();
    return;
  }
  response
    .writeHead(status, { ...headers, 'content-type': 'application/json; charset=utf-8' })
    .end(`${JSON.stringify(body)}\n`);
}
