import { once } from 'node:events';
import { WebSocket } from 'ws';

/** What a refused client is told: the status and the body of the HTTP answer. */
export async function refusalOf(
  url: string,
  { protocols = ['protoo'], origin }: { protocols?: string[]; origin?: string } = {},
): Promise<{ status: number; body: string }> {
  const client = new WebSocket(url, protocols, origin === undefined ? {} : { origin });
  const [, response] = (await once(client, 'unexpected-response')) as [
    unknown,
    AsyncIterable<Buffer> & { statusCode: number },
  ];
  let body = '';
  for await (const chunk of response) body += chunk.toString();
  return { status: response.statusCode, body };
}
