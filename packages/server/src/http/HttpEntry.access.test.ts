import { once } from 'node:events';
import { get } from 'node:http';
import type { IncomingMessage } from 'node:http';
import { describe, expect, it } from 'vitest';
import { openEntry } from '../testing/openEntry.ts';
import { refusalOf } from '../testing/refusalOf.ts';
import type { Health } from './health.ts';
import { hostPolicy } from './hostPolicy.ts';

const tooMany = { status: 429, body: 'too many connections from this address\n' };
const by = (forwarded: string) => ({ headers: { 'x-forwarded-for': forwarded } });

describe('the limit of connections per address', () => {
  it('refuses one more with 429 until one has closed', async () => {
    await using world = await openEntry({ maxConnectionsPerAddress: 2, trustProxy: true });
    const first = await world.connect('/?roomId=r&peerId=first', by('192.0.2.1'));
    await world.connect('/?roomId=r&peerId=second', by('192.0.2.1'));
    const third = `${world.ws}/?roomId=r&peerId=third`;
    expect(await refusalOf(third, by('192.0.2.1'))).toEqual(tooMany);
    expect(world.logs.lines).toContainEqual(
      expect.objectContaining({ msg: 'refused connection', reason: 'tooManyConnections' }),
    );
    const closed = world.dialect.nextClosed();
    first.close();
    await Promise.all([closed, once(first, 'close')]);
    await world.connect('/?roomId=r&peerId=third', by('192.0.2.1'));
    expect(await refusalOf(third, by('192.0.2.1'))).toEqual(tooMany);
  });

  it('reads the client address from a trusted proxy, and only the entries that the proxy added', async () => {
    await using world = await openEntry({ maxConnectionsPerAddress: 1, trustProxy: true });
    await world.connect(undefined, by('192.0.2.1'));
    await world.connect(undefined, by('192.0.2.1, 192.0.2.2'));
    await expect(world.connect(undefined, by('192.0.2.3, 192.0.2.1'))).rejects.toThrow('429');
    await world.connect();
    const addresses = world.dialect.connections.map(({ remoteAddress }) => remoteAddress);
    expect(addresses).toEqual(['192.0.2.1', '192.0.2.2', '127.0.0.1']);

    await using wary = await openEntry();
    await wary.connect(undefined, by('192.0.2.1'));
    expect(wary.dialect.connection.remoteAddress).toBe('127.0.0.1');
  });

  it('counts a /64 of IPv6 as one address, and IPv4 in IPv6 form as IPv4', async () => {
    await using world = await openEntry({ maxConnectionsPerAddress: 1, trustProxy: true });
    await world.connect(undefined, by('2001:db8:0:7::1'));
    await expect(world.connect(undefined, by('2001:db8:0:7:ffff::2'))).rejects.toThrow('429');
    await world.connect(undefined, by('2001:db8:0:8::1'));
    await world.connect(undefined, by('::ffff:192.0.2.1'));
    await expect(world.connect(undefined, by('192.0.2.1'))).rejects.toThrow('429');
  });

  it('exempts loopback clients, whatever address they claim', async () => {
    await using world = await openEntry({ maxConnectionsPerAddress: 1 });
    for (let n = 0; n < 5; n += 1) await world.connect(undefined, n === 0 ? {} : by('192.0.2.1'));
    expect(world.dialect.connections).toHaveLength(5);
  });

  it('exempts a trusted proxy that does not name its clients', async () => {
    const proxies = ['127.0.0.1', '10.0.0.0/8'];
    for (const trustProxy of [true, proxies]) {
      await using world = await openEntry({ maxConnectionsPerAddress: 1, trustProxy });
      for (const headers of [{}, { 'x-forwarded-for': '' }, { 'x-forwarded-for': 'unknown' }])
        await world.connect(undefined, { headers });
      await world.connect(undefined, by('192.0.2.1'));
      expect(await refusalOf(`${world.ws}/?roomId=r&peerId=p`, by('192.0.2.1'))).toEqual(tooMany);
    }
    await using world = await openEntry({ maxConnectionsPerAddress: 1, trustProxy: proxies });
    for (let n = 0; n < 3; n += 1) await world.connect(undefined, by('10.1.2.3'));
    expect(world.dialect.connection.remoteAddress).toBe('10.1.2.3');
  });
});

describe('the host names of the server', () => {
  const policy = { hostPolicy: hostPolicy(['meet.example']) };
  const path = '/?roomId=r&peerId=p';

  /** Sends a request as a browser does for a page of that name. */
  async function sendRequest(port: number, url: string, headers: Record<string, string>) {
    const [response] = (await once(get({ host: '127.0.0.1', port, path: url, headers }), 'response')) as [
      IncomingMessage,
    ];
    let text = '';
    for await (const chunk of response) text += String(chunk);
    return { status: response.statusCode, headers: response.headers, text };
  }

  it.each(['evil.example', 'meet.example.evil.example:4443', '192.0.2.7'])(
    'exclude %s: the server refuses an upgrade with 403 hostNotAllowed',
    async (host) => {
      await using world = await openEntry(policy);
      const body = `host ${host} is not allowed\n`;
      expect(await refusalOf(`${world.ws}${path}`, { headers: { host } })).toEqual({ status: 403, body });
      expect(world.logs.lines).toContainEqual(
        expect.objectContaining({ msg: 'refused connection', reason: 'hostNotAllowed' }),
      );
      expect(world.dialect.connections).toEqual([]);
    },
  );

  it.each(['/health', '/metrics', '/nowhere'])(
    'are checked for GET %s, whose response pages cannot read',
    async (url) => {
      const metrics = { isLocalOnly: false, contentType: 'text/plain', text: () => Promise.resolve('secret') };
      await using world = await openEntry({ ...policy, metrics });
      const refused = await sendRequest(world.port, url, { host: 'evil.example', origin: 'http://evil.example' });
      expect(refused.status).toBe(403);
      expect(JSON.parse(refused.text)).toEqual({ error: 'host evil.example is not allowed', reason: 'hostNotAllowed' });
      expect(refused.headers['access-control-allow-origin']).toBeUndefined();
      expect((await sendRequest(world.port, url, { host: 'meet.example' })).status).toBe(
        url === '/nowhere' ? 404 : 200,
      );
    },
  );

  it.each([
    ['evil.example', 'meet.example', 403],
    ['meet.example', 'evil.example', 200],
  ])('are read from a target in absolute form: %s before %s', async (inTarget, host, status) => {
    await using world = await openEntry(policy);
    expect(await sendRequest(world.port, `http://${inTarget}/health`, { host })).toMatchObject({ status });
  });

  it('are read from X-Forwarded-Host only behind a trusted proxy', async () => {
    const forged = { host: 'evil.example', 'x-forwarded-host': 'meet.example' };
    const forwarded = { host: 'backend:4443', 'x-forwarded-host': 'evil.example, meet.example' };
    await using wary = await openEntry(policy);
    await using other = await openEntry({ ...policy, trustProxy: ['192.0.2.1'] });
    for (const { ws } of [wary, other]) {
      expect(await refusalOf(`${ws}${path}`, { headers: forged })).toMatchObject({ status: 403 });
      expect(await refusalOf(`${ws}${path}`, { headers: forwarded })).toMatchObject({ status: 403 });
    }
    for (const trustProxy of [true, ['127.0.0.0/8']]) {
      await using trusting = await openEntry({ ...policy, trustProxy });
      await trusting.connect(path, { headers: forwarded });
      const evil = { host: 'meet.example', 'x-forwarded-host': 'evil.example' };
      expect(await refusalOf(`${trusting.ws}${path}`, { headers: evil })).toMatchObject({ status: 403 });
      await trusting.connect(path, { headers: { host: 'meet.example' } });
    }
  });
});

describe('an endpoint for local programs', () => {
  const workers = [{ pid: 42, alive: true, state: 'running', rooms: 2 }] as const;
  const health: Health = { status: 'ok', version: '1', uptimeSec: 5, workers, rooms: 2, peers: 3 };
  const metrics = { isLocalOnly: true, contentType: 'text/plain', text: () => Promise.resolve('tureen_rooms 2') };

  it.each<[who: string, headers: Record<string, string>]>([
    ['a page with its own host name', { host: 'evil.example' }],
    ['a proxy for another client', { 'x-forwarded-for': '192.0.2.1' }],
    ['a proxy with another header', { forwarded: 'for=192.0.2.1' }],
    ['a proxy that names the host', { 'x-forwarded-host': 'meet.example' }],
  ])('is refused for %s', async (_who, headers) => {
    await using world = await openEntry({ health: () => health, metrics });
    const response = await new Promise<IncomingMessage>((resolve) =>
      get({ host: '127.0.0.1', port: world.port, path: '/metrics', headers }, resolve),
    );
    response.resume();
    expect(response.statusCode).toBe(404);
    const [told] = (await once(get({ host: '127.0.0.1', port: world.port, path: '/health', headers }), 'response')) as [
      IncomingMessage,
    ];
    let text = '';
    for await (const chunk of told) text += String(chunk);
    expect(JSON.parse(text)).toEqual({ ...health, workers: [{ alive: true, state: 'running', rooms: 2 }] });
  });

  it('serves a program under any name of this machine, and gives no page a PID', async () => {
    await using world = await openEntry({ health: () => health, metrics });
    expect(await (await fetch(`${world.http}/health`)).json()).toEqual(health);
    expect(await (await fetch(`http://localhost:${String(world.port)}/metrics`)).text()).toBe('tureen_rooms 2');
    const page = await fetch(`${world.http}/health`, { headers: { origin: 'http://localhost:3000' } });
    expect(await page.json()).toEqual({ ...health, workers: [{ alive: true, state: 'running', rooms: 2 }] });
  });
});
