import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Health } from './health.ts';
import { corsHeaders } from './originPolicy.ts';

export interface HttpAnswers {
  readonly health: () => Health;
  readonly allowedOrigins: readonly string[];
  /** Told to whom asks for something that is not there. */
  readonly webSocketPaths: readonly string[];
}

/** Answers a request that is no upgrade: `GET /health`, and 404 for the rest. */
export function answerHttp(request: IncomingMessage, response: ServerResponse, answers: HttpAnswers): void {
  const [path] = (request.url ?? '/').split('?');
  const headers = corsHeaders(request.headers.origin, answers.allowedOrigins);
  // Bodies are of no interest here, but left unread they would hold the connection.
  request.resume();

  if (path !== '/health') {
    const error = `nothing at ${path ?? '/'}; there is GET /health, and WebSocket at ${answers.webSocketPaths.join(', ')}`;
    send(response, { status: 404, headers, body: { error } });
  } else if (request.method === 'OPTIONS') {
    send(response, { status: 204, headers: { ...headers, 'access-control-allow-methods': 'GET, HEAD' } });
  } else if (request.method !== 'GET' && request.method !== 'HEAD') {
    send(response, { status: 405, headers: { ...headers, allow: 'GET, HEAD, OPTIONS' }, body: { error: 'GET only' } });
  } else {
    const health = answers.health();
    const status = health.status === 'down' ? 503 : 200;
    send(response, { status, headers: { ...headers, 'cache-control': 'no-store' }, body: health });
  }
}

interface Answer {
  readonly status: number;
  readonly headers: Record<string, string>;
  readonly body?: object;
}

function send(response: ServerResponse, { status, headers, body }: Answer): void {
  if (body === undefined) {
    response.writeHead(status, headers).end();
    return;
  }
  response
    .writeHead(status, { ...headers, 'content-type': 'application/json; charset=utf-8' })
    .end(`${JSON.stringify(body)}\n`);
}
