import { once } from 'node:events';
import { SignJWT } from 'jose';
import { expect, it } from 'vitest';
import { WebSocket } from 'ws';
import type { ClientOptions } from 'ws';
import { startServer } from './main.ts';
import { capturedLogs } from './testing/capturedLogs.ts';
import { sendRequest } from './testing/openEntry.ts';
import { refusalOf } from './testing/refusalOf.ts';

const jwtSecret = 'correct horse battery staple, all over again';
const credential = 'hunter2-of-the-turn-server';
const cookie = 'session=a-private-session-id';
const device = { flag: 'x', name: 'x', version: '1' };
const rtpCapabilities = { codecs: [], headerExtensions: [], fecMechanisms: [] };
const extensions = ['resumeToken'];

/** Path and first message of a client, in each dialect. */
const ways = [
  ['/mediasoup-v3?roomId=r&peerId=', 'join', { displayName: 'A', device, rtpCapabilities, extensions }],
  ['/mediasoup-v2?roomId=r&peerName=', 'join', { rtpCapabilities, extensions }],
  ['/push-pull?', 'join', { roomId: 'r', userName: 'A', extensions }],
] as const;

it('logs of every level contain no secret of the settings, and no token of a join or a resume', async () => {
  const { logger, lines } = capturedLogs();
  const iceServers = [{ urls: 'turn:turn.example', username: 'u', credential }];
  const settings = { port: 0, workers: 1, jwtSecret, iceServers, logLevel: 'trace', metrics: 'any' } as const;
  const server = await startServer(settings, { logger });
  const base = server.url.replace('http', 'ws');
  const secrets = [jwtSecret, credential, cookie];
  const clients: WebSocket[] = [];

  async function tokenOf(peerId: string, lifetime = '1 minute'): Promise<string> {
    const jwt = new SignJWT({ roomId: 'r', peerId }).setProtectedHeader({ alg: 'HS256' }).setExpirationTime(lifetime);
    const token = await jwt.sign(new TextEncoder().encode(jwtSecret));
    secrets.push(token, token.split('.')[2] ?? '');
    return token;
  }
  async function open(url: string, protocols: string[], options: ClientOptions = {}): Promise<WebSocket> {
    const client = new WebSocket(url, protocols, options);
    clients.push(client);
    await once(client, 'open');
    return client;
  }

  for (const [n, [path, method, data]] of ways.entries()) {
    const [alice, bob, carol] = [`alice${String(n)}`, `bob${String(n)}`, `carol${String(n)}`];
    const byUrl = await open(`${base}${path}${alice}&token=${await tokenOf(alice)}`, ['protoo']);
    await open(`${base}${path}${bob}`, ['protoo', `bearer.${await tokenOf(bob)}`]);
    const headers = { authorization: `Bearer ${await tokenOf(carol)}`, cookie };
    await open(`${base}${path}${carol}`, ['protoo'], { headers });

    const own = path === '/push-pull?' ? { ...data, userId: alice } : { ...data, peerName: alice };
    const { data: answer } = (await sendRequest(byUrl, method, own)) as { data: { resumeToken?: string } };
    const resumeToken = answer.resumeToken ?? 'a-token-of-no-server';
    secrets.push(resumeToken);
    // Its own token twice, an invalid token, and a token that is not text.
    for (const given of [resumeToken, resumeToken, 'a-token-that-i-made-up', [resumeToken]]) {
      const back = await open(`${base}${path}${alice}&token=${await tokenOf(alice)}`, ['protoo']);
      await sendRequest(back, method, { ...own, resumeToken: given, holds: {} });
    }
    secrets.push('a-token-that-i-made-up');
  }

  const url = `${base}/mediasoup-v3?roomId=r&peerId=eve`;
  const stale = await tokenOf('eve', '1 hour ago');
  for (const refused of [`${url}&token=${stale}`, `${url}&token=${stale}x`, `${base}/nowhere?token=${stale}`])
    await refusalOf(refused);
  await refusalOf(url, { protocols: [`bearer.${stale}`] });
  const spy = await open(`${base}${ways[0][0]}eve&token=${await tokenOf('eve')}`, ['protoo']);
  spy.send(`{ "token": "${stale}"`);
  await sendRequest(spy, 'join', { token: stale, device: stale });

  for (const client of clients) client.close();
  await server.close();
  const log = lines.map((line) => JSON.stringify(line));
  expect(log.length).toBeGreaterThan(50);
  for (const secret of secrets) expect(log.filter((line) => line.includes(secret))).toEqual([]);
});
