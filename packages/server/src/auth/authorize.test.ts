import { describe, expect, it } from 'vitest';
import { WebSocket } from 'ws';
import { DialectRegistry, mediasoupV2Route, mediasoupV3Route, pushPullRoute } from '../dialects/registry.ts';
import { EchoDialect } from '../testing/EchoDialect.ts';
import { sendRequest, closeOf, openEntry } from '../testing/openEntry.ts';
import { refusalOf } from '../testing/refusalOf.ts';
import { AccessDeniedError } from './authorize.ts';
import type { ConnectingClient, Granted } from './authorize.ts';

const AT = '/mediasoup-v3?roomId=r1&peerId=alice';

describe('the authorize hook', () => {
  it('receives dialect, parameters, headers, subprotocols and address', async () => {
    const asked: ConnectingClient[] = [];
    await using world = await openEntry({
      authorize: (client) => {
        asked.push(client);
        client.params.set('peerId', 'mallory');
        return { allowed: true, subject: 'user-7' };
      },
    });
    const headers = { cookie: 'session=hunter2', authorization: 'Bearer hunter2' };
    await world.connect(`${AT}&token=hunter2`, { headers, origin: 'https://meet.example' });
    expect(asked).toHaveLength(1);
    expect(asked[0]).toMatchObject({
      dialect: 'mediasoup-v3',
      roomId: 'r1',
      peerId: 'alice',
      headers: { origin: 'https://meet.example', cookie: 'session=hunter2', authorization: 'Bearer hunter2' },
      subprotocols: ['protoo'],
      remoteAddress: '127.0.0.1',
    });
    expect(asked[0]?.params.get('token')).toBe('hunter2');
    // The dialect does not read what the hook did to its copy.
    expect(world.dialect.connection.params.get('peerId')).toBe('alice');
    expect(world.dialect.connection.grant).toMatchObject({ subject: 'user-7' });
    expect(world.logs.lines).toContainEqual(expect.objectContaining({ msg: 'opened connection', subject: 'user-7' }));
    expect(JSON.stringify(world.logs.lines)).not.toContain('hunter2');
  });

  it('receives the peerName of mediasoup-v2 as the peer ID, and neither room nor peer for push-pull', async () => {
    const asked: unknown[] = [];
    await using world = await openEntry({
      dialects: new DialectRegistry([
        mediasoupV2Route(new EchoDialect('mediasoup-v2')),
        pushPullRoute(new EchoDialect('push-pull')),
      ]),
      authorize: ({ dialect, roomId, peerId }) => {
        asked.push({ dialect, roomId, peerId });
        return { allowed: true, roomId: 'r1', peerId: 'alice' };
      },
    });
    await world.connect('/mediasoup-v2?roomId=r1&peerName=alice');
    await world.connect('/push-pull?roomId=elsewhere');
    expect(asked).toEqual([
      { dialect: 'mediasoup-v2', roomId: 'r1', peerId: 'alice' },
      { dialect: 'push-pull', roomId: undefined, peerId: undefined },
    ]);
    expect(await refusalOf(`${world.ws}/mediasoup-v2?roomId=r1&peerName=bob`)).toMatchObject({ status: 403 });
  });

  it('is not called for clients that other rules refuse', async () => {
    let times = 0;
    await using world = await openEntry({
      allowedOrigins: ['https://meet.example'],
      authorize: () => {
        times += 1;
        return { allowed: true };
      },
    });
    const foreign = new WebSocket(`${world.ws}${AT}`, 'protoo', { origin: 'https://evil.example' });
    expect(await closeOf(foreign)).toEqual([4000, 'originNotAllowed']);
    expect(await refusalOf(`${world.ws}/nowhere`)).toMatchObject({ status: 404 });
    expect(times).toBe(0);
  });

  it('may take time, and messages that the client sends meanwhile are kept', async () => {
    const verdict = Promise.withResolvers<Granted>();
    const asked = Promise.withResolvers<undefined>();
    await using world = await openEntry({
      authorize: () => {
        asked.resolve(undefined);
        return verdict.promise;
      },
    });
    const connecting = world.connect(AT);
    await asked.promise;
    expect(world.dialect.connections).toEqual([]);
    verdict.resolve({ allowed: true });
    expect(await sendRequest(await connecting, 'hello')).toMatchObject({ ok: true });
    expect(world.clock.pending).toBe(0);
  });
});

describe('A client that the authorize hook refuses', () => {
  it.each([
    [{ allowed: false }, 403, 'not authorized\n'],
    [{ allowed: false, status: 401, reason: 'sign in' }, 401, 'sign in\n', 'unauthorized'],
    [{ allowed: false, code: 'unauthorized' }, 401, 'not authorized\n', 'unauthorized'],
    [{ allowed: false, code: 'tokenExpired', reason: 'sign in again' }, 401, 'sign in again\n', 'tokenExpired'],
    [{ allowed: false, code: 'toString' }, 403, 'not authorized\n'],
    [{ allowed: false, status: 403, reason: 'two\r\nlines' }, 403, 'two lines\n'],
    [{ allowed: true, roomId: 'r2' }, 403, 'not authorized for this room\n'],
    [{ allowed: true, roomId: 'r1', peerId: 'bob' }, 403, 'not authorized as this peer\n'],
    [undefined, 403, 'not authorized\n'],
    [{ allowed: 'yes' }, 403, 'not authorized\n'],
    // An unreadable restriction must not count as no restriction.
    [{ allowed: true, may: ['publish'] }, 403, 'not authorized\n'],
    [{ allowed: true, may: 'all' }, 403, 'not authorized\n'],
    [{ allowed: true, may: { publish: 'no' } }, 403, 'not authorized\n'],
    [{ allowed: true, may: { hide: 1 } }, 403, 'not authorized\n'],
    [{ allowed: true, may: { canPublish: false } }, 403, 'not authorized\n'],
    [{ allowed: true, may: JSON.parse('{ "__proto__": {} }') as object }, 403, 'not authorized\n'],
    [{ allowed: true, expiresAt: 'tomorrow' }, 403, 'not authorized\n'],
    [{ allowed: true, expiresAt: Number.NaN }, 403, 'not authorized\n'],
    [{ allowed: true, expiresAt: 1 }, 401, 'authorization expired\n', 'tokenExpired'],
    [{ allowed: false, status: 200 }, 403, 'not authorized\n'],
  ])('is refused by %o with %i', async (answer, status, body, reason = 'forbidden') => {
    await using world = await openEntry({ authorize: () => answer as Granted });
    expect(await refusalOf(`${world.ws}${AT}`)).toEqual({ status, body });
    expect(world.dialect.connections).toEqual([]);
    expect(world.logs.lines).toContainEqual(expect.objectContaining({ msg: 'refused connection', status, reason }));
  });

  it.each([
    [
      'thrown',
      () => {
        throw new TypeError('bad token hunter2');
      },
    ],
    ['rejected', () => Promise.reject(new TypeError('bad token hunter2'))],
  ])('is refused by an error that is %s, as a failure, whose text is not logged', async (_how, authorize) => {
    await using world = await openEntry({ authorize });
    expect(await refusalOf(`${world.ws}${AT}&token=hunter2`)).toEqual({
      status: 503,
      body: 'authorization unavailable\n',
    });
    expect(world.logs.lines).toContainEqual(
      expect.objectContaining({ msg: 'refused connection', status: 503, reason: 'authorizationUnavailable' }),
    );
    expect(world.logs.lines).toContainEqual(
      expect.objectContaining({
        msg: 'authorize failed',
        error: expect.objectContaining({ type: 'TypeError' }) as unknown,
      }),
    );
    expect(JSON.stringify(world.logs.lines)).not.toContain('hunter2');
    expect(world.clock.pending).toBe(0);
  });

  it.each([
    [undefined, 403, 'not authorized\n', 'forbidden'],
    [{ reason: 'banned' }, 403, 'banned\n', 'forbidden'],
    [{ status: 401, reason: 'sign in' }, 401, 'sign in\n', 'unauthorized'],
    [{ code: 'tokenExpired' }, 401, 'not authorized\n', 'tokenExpired'],
  ] as const)(
    'is refused by an AccessDeniedError with %o, which is no error in the log',
    async (denied, status, body, reason) => {
      await using world = await openEntry({ authorize: () => Promise.reject(new AccessDeniedError(denied)) });
      expect(await refusalOf(`${world.ws}${AT}`)).toEqual({ status, body });
      expect(world.logs.lines).toContainEqual(expect.objectContaining({ msg: 'refused connection', status, reason }));
      expect(world.logs.messages()).not.toContain('authorize failed');
    },
  );

  it('is refused when the hook decides late, and a late grant changes nothing', async () => {
    const verdict = Promise.withResolvers<Granted>();
    const asked = Promise.withResolvers<undefined>();
    await using world = await openEntry({
      authorizeTimeoutMs: 2000,
      authorize: () => {
        asked.resolve(undefined);
        return verdict.promise;
      },
    });
    const refusal = refusalOf(`${world.ws}${AT}`);
    await asked.promise;
    world.clock.advance(2000);
    expect(await refusal).toEqual({ status: 503, body: 'authorization timed out\n' });
    verdict.resolve({ allowed: true });
    await verdict.promise;
    expect(world.dialect.connections).toEqual([]);
  });

  it('is refused when the server stops before the hook decides', async () => {
    const verdict = Promise.withResolvers<Granted>();
    const asked = Promise.withResolvers<undefined>();
    await using world = await openEntry({
      authorize: () => {
        asked.resolve(undefined);
        return verdict.promise;
      },
    });
    const refusal = refusalOf(`${world.ws}${AT}`);
    await asked.promise;
    world.entry.stopAccepting();
    verdict.resolve({ allowed: true });
    expect(await refusal).toEqual({ status: 503, body: 'the server is stopping\n' });
  });

  it('is dropped when it disconnects before the hook decides, and the next client is served', async () => {
    const verdict = Promise.withResolvers<Granted>();
    const asked = Promise.withResolvers<undefined>();
    let calls = 0;
    await using world = await openEntry({
      dialects: new DialectRegistry([mediasoupV3Route(new EchoDialect())]),
      authorize: () => {
        calls += 1;
        if (calls > 1) return { allowed: true };
        asked.resolve(undefined);
        return verdict.promise;
      },
    });
    const client = new WebSocket(`${world.ws}${AT}`, 'protoo');
    client.on('error', () => {});
    await asked.promise;
    const gone = new Promise((resolve) => client.once('close', resolve));
    client.terminate();
    await gone;
    verdict.resolve({ allowed: true });
    expect(await sendRequest(await world.connect(), 'hello')).toMatchObject({ ok: true });
  });
});
