import { generateKeyPairSync } from 'node:crypto';
import type { KeyObject } from 'node:crypto';
import { EventEmitter, once } from 'node:events';
import { createServer } from 'node:http';
import type { Server, ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { exportJWK, SignJWT } from 'jose';

/** Mode of the key server: it responds with its keys, or fails in one of the usual ways. */
export type KeyServerMode =
  'ok' | 'failing' | 'hanging' | 'cut' | 'html' | 'noKeys' | 'empty' | 'symmetric' | 'redirect' | 'huge';

/** Token issuer on a free port: publishes keys over HTTP, fails as the test requests, and signs tokens. */
export async function openKeyServer() {
  const keys = new Map<string, { publicKey: KeyObject; privateKey: KeyObject }>();
  const events = new EventEmitter();
  const requests: { authorization: string | undefined }[] = [];
  let mode: KeyServerMode = 'ok';
  let server: Server;

  const respond: Record<KeyServerMode, (response: ServerResponse) => unknown> = {
    ok: async (response) => {
      const published = [...keys].map(async ([kid, { publicKey }]) => ({ ...(await exportJWK(publicKey)), kid }));
      response.end(JSON.stringify({ keys: await Promise.all(published) }));
    },
    failing: (response) => response.writeHead(503).end('out of order'),
    hanging: () => undefined,
    cut: (response) => {
      response.writeHead(200, { 'content-length': '1000' });
      response.write('{"keys":[', () => response.destroy());
    },
    html: (response) => response.end('<!doctype html><title>Sign in</title>'),
    noKeys: (response) => response.end('{"keys":{}}'),
    empty: (response) => response.end('{"keys":[]}'),
    symmetric: (response) => response.end('{"keys":[{"kty":"oct","kid":"k1","k":"c2VjcmV0"}]}'),
    redirect: (response) => response.writeHead(302, { location: 'http://127.0.0.1:1/' }).end(),
    huge: (response) => response.end(JSON.stringify({ keys: [], padding: 'x'.repeat(2 * 1024 * 1024) })),
  };

  async function listen(port: number): Promise<void> {
    server = createServer(({ headers: { authorization } }, response) => {
      // A connection that stays open could make the next request fail in another way than the test requests.
      response.setHeader('connection', 'close');
      requests.push({ authorization });
      void respond[mode](response);
      events.emit('request');
    });
    await once(server.listen(port, '127.0.0.1'), 'listening');
  }

  async function stop(): Promise<void> {
    const closed = once(server, 'close');
    server.close();
    server.closeAllConnections();
    await closed;
  }

  await listen(0);
  const { port } = server!.address() as AddressInfo;

  return {
    url: `http://127.0.0.1:${String(port)}/keys`,
    host: `127.0.0.1:${String(port)}`,
    requests,
    respondWith(next: KeyServerMode) {
      mode = next;
    },
    /** Resolves with the next request for the keys. */
    nextRequest: () => once(events, 'request'),
    /** Publishes exactly these keys. A key keeps its value while its ID stays. */
    publish(...kids: readonly string[]) {
      for (const kid of keys.keys()) if (!kids.includes(kid)) keys.delete(kid);
      for (const kid of kids) if (!keys.has(kid)) keys.set(kid, generateKeyPairSync('ec', { namedCurve: 'P-256' }));
    },
    /** Signs a token with that key, or with an unpublished key for an unknown ID. */
    sign(kid: string, claims: object = {}): Promise<string> {
      const { privateKey } = keys.get(kid) ?? generateKeyPairSync('ec', { namedCurve: 'P-256' });
      const exp = Math.floor(Date.now() / 1000) + 3600;
      return new SignJWT({ exp, roomId: 'r1', peerId: 'alice', ...claims })
        .setProtectedHeader({ alg: 'ES256', kid })
        .sign(privateKey);
    },
    stop,
    start: () => listen(port),
    async [Symbol.asyncDispose]() {
      if (server.listening) await stop();
    },
  };
}
