import { once } from 'node:events';
import type { IncomingHttpHeaders } from 'node:http';
import { WebSocket } from 'ws';
import type { ClientOptions } from 'ws';

export interface RefusedOptions extends Pick<ClientOptions, 'origin' | 'headers'> {
  readonly protocols?: string[];
}

/** Resolves with the whole HTTP response to a refused client. */
export async function answerOf(
  url: string,
  { protocols = ['protoo'], ...options }: RefusedOptions = {},
): Promise<{ status: number; headers: IncomingHttpHeaders; body: { reason: string; error: string } }> {
  const client = new WebSocket(url, protocols, options);
  const [, response] = (await once(client, 'unexpected-response')) as [
    unknown,
    AsyncIterable<Buffer> & { statusCode: number; headers: IncomingHttpHeaders },
  ];
  let body = '';
  for await (const chunk of response) body += chunk.toString();
  const { statusCode: status, headers } = response;
  return { status, headers, body: JSON.parse(body) as { reason: string; error: string } };
}

/** Resolves with the status of that response, and its text as one line. */
export async function refusalOf(url: string, options?: RefusedOptions): Promise<{ status: number; body: string }> {
  const { status, body } = await answerOf(url, options);
  return { status, body: `${body.error}\n` };
}
