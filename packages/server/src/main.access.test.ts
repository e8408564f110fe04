import { once } from 'node:events';
import type { IncomingMessage } from 'node:http';
import { SignJWT } from 'jose';
import { describe, expect, it } from 'vitest';
import { WebSocket } from 'ws';
import { ManualClock } from '@tureen/kernel';
import type { ServerSettings } from './config/index.ts';
import { startServer } from './main.ts';
import { sendRequest } from './testing/openEntry.ts';
import { refusalOf } from './testing/refusalOf.ts';
import { useServers } from './testing/useServers.ts';

const { start, logs } = useServers();

describe('startServer', () => {
  it('admits only clients with a token when the settings require tokens', async () => {
    const jwtSecret = 'correct horse battery staple, twice over';
    const server = await start({ jwtSecret, jwtPeerClaim: 'sub', logLevel: 'trace' });
    const url = `${server.url.replace('http', 'ws')}/mediasoup-v3?roomId=r&peerId=alice`;
    expect(await refusalOf(url)).toEqual({ status: 401, body: 'token missing\n' });
    const token = await new SignJWT({ roomId: 'r', sub: 'alice' })
      .setProtectedHeader({ alg: 'HS256' })
      .setExpirationTime('1 minute')
      .sign(new TextEncoder().encode(jwtSecret));
    expect(await refusalOf(url.replace('alice', `bob&token=${token}`))).toMatchObject({ status: 403 });
    // The client forgets the dialect's own subprotocol. The response explains this, without the token.
    expect(await refusalOf(url, { protocols: [`bearer.${token}`] })).toMatchObject({ status: 400 });

    const client = new WebSocket(url, ['protoo', `bearer.${token}`]);
    await once(client, 'open');
    expect(client.protocol).toBe('protoo');
    expect(await sendRequest(client, 'getRouterRtpCapabilities')).toMatchObject({ ok: true });
    client.terminate();
    await server.close();
    for (const secret of [jwtSecret, token, token.split('.')[2]])
      expect(JSON.stringify(logs().lines)).not.toContain(secret);
  });

  it('applies the claim may of a token, and reads it under another name from the settings', async () => {
    const jwtSecret = 'correct horse battery staple, twice over';
    const server = await start({ jwtSecret, jwtMayClaim: 'permissions' });
    const token = await new SignJWT({ roomId: 'r', peerId: 'alice', may: 7, permissions: { text: false } })
      .setProtectedHeader({ alg: 'HS256' })
      .setExpirationTime('1 minute')
      .sign(new TextEncoder().encode(jwtSecret));
    const client = new WebSocket(
      `${server.url.replace('http', 'ws')}/mediasoup-v3?roomId=r&peerId=alice&token=${token}`,
      ['protoo'],
    );
    await once(client, 'open');
    const joining = { displayName: 'A', device: { flag: 'x', name: 'x', version: '1' } };
    expect(await sendRequest(client, 'join', joining)).toMatchObject({ ok: true });
    expect(await sendRequest(client, 'textMessage', { text: 'hello' })).toMatchObject({
      ok: false,
      errorCode: 403,
      errorReason: 'not permitted to send text',
    });
    expect(await sendRequest(client, 'changeDisplayName', { displayName: 'Alice' })).toMatchObject({ ok: true });
    client.terminate();
  });

  it('refuses a token key that is malformed, and a hook beside a key', async () => {
    await expect(start({ jwtPublicKey: import.meta.filename })).rejects.toThrow('jwtPublicKey: publicKey must be');
    await expect(start({ jwtPublicKey: '/no/such.pem' })).rejects.toThrow('jwtPublicKey: ENOENT');
    const authorize = () => ({ allowed: true }) as const;
    await expect(startServer({ jwtSecret: 'x'.repeat(32) }, { authorize })).rejects.toThrow(
      'set either authorize or a jwt… key setting',
    );
  });

  it('limits the connections of another address by default, and logs a hint about an untrusted proxy', async () => {
    const server = await start({ host: '0.0.0.0' }, new ManualClock());
    expect(server.settings.maxConnectionsPerAddress).toBe(256);
    // From an address of this machine that is no loopback address.
    const url = `${server.url.replace('http', 'ws')}/push-pull`;
    expect(url).not.toContain('127.');
    const clients = Array.from({ length: 256 }, () => new WebSocket(url, 'protoo'));
    await Promise.all(clients.map((client) => once(client, 'open')));
    const headers = { 'x-forwarded-for': '192.0.2.1' };
    for (let n = 0; n < 2; n += 1) expect(await refusalOf(url, { headers })).toMatchObject({ status: 429 });
    const hint = 'refusing connections of an address that seems to be a proxy';
    expect(
      logs()
        .messages()
        .filter((message) => message === hint),
    ).toHaveLength(1);

    const local = new WebSocket(`ws://127.0.0.1:${String(server.port)}/push-pull`, 'protoo');
    await once(local, 'open');
    for (const client of [...clients, local]) client.terminate();
  });

  it('accepts only names of this machine on loopback, and any name when public or configured', async () => {
    const nameOf = (host: string) => ({ headers: { host: `${host}:4443` } });
    const refuses = async (settings: Partial<ServerSettings>, host: string) => {
      const server = await start(settings);
      const client = new WebSocket(
        `ws://127.0.0.1:${String(server.port)}/mediasoup-v3?roomId=r&peerId=alice`,
        'protoo',
        nameOf(host),
      );
      const [{ statusCode }] = (await Promise.race([
        once(client, 'upgrade'),
        once(client, 'unexpected-response').then(([, response]) => [response as IncomingMessage]),
      ])) as [IncomingMessage];
      client.on('error', () => {}).terminate();
      return statusCode === 403;
    };
    expect(await refuses({}, 'localhost')).toBe(false);
    expect(await refuses({}, 'meet.example')).toBe(true);
    expect(await refuses({ announcedAddress: 'localhost' }, 'meet.example')).toBe(true);
    expect(await refuses({ allowedHosts: ['meet.example'] }, 'meet.example')).toBe(false);
    expect(await refuses({ allowedHosts: ['meet.example'] }, 'evil.example')).toBe(true);
    expect(await refuses({ allowedHosts: ['*'] }, 'meet.example')).toBe(false);
    expect(await refuses({ trustProxy: true }, 'meet.example')).toBe(false);
    expect(await refuses({ host: '0.0.0.0' }, 'meet.example')).toBe(false);
    expect(await refuses({ host: '0.0.0.0', allowedHosts: ['meet.example'] }, 'evil.example')).toBe(true);
  });
});
