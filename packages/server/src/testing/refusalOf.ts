import { once } from 'node:events';
import { WebSocket } from 'ws';
import type { ClientOptions } from 'ws';

/** What a refused client is told: the status and the body of the HTTP answer. */
export async function refusalOf(
  url: string,
  { protocols = ['protoo'], ...options }: { protocols?: string[] } & Pick<ClientOptions, 'origin' | 'headers'> = {},
): Promise<{ status: number; body: string }> {
  const client = new WebSocket(url, protocols, options);
  const [, response] = (await once(client, 'unexpected-response')) as [
    unknown,
    AsyncIterable<Buffer> & { statusCode: number },
  ];
  let body = '';
  for await (const chunk of response) body += chunk.toString();
  return { status: response.statusCode, body };
}
