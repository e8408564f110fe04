import { once } from 'node:events';
import { describe, expect, it } from 'vitest';
import { WebSocket } from 'ws';
import { ManualClock } from '@tureen/kernel';
import type { Health } from '../http/health.ts';
import { startServer } from '../main.ts';
import { capturedLogs } from '../testing/capturedLogs.ts';
import { openEntry } from '../testing/openEntry.ts';
import { openKeyServer } from '../testing/openKeyServer.ts';
import type { KeyServerMode } from '../testing/openKeyServer.ts';
import { refusalOf } from '../testing/refusalOf.ts';
import { createJwtAuthorizer } from './jwtAuthorizer.ts';

const HOUR_MS = 3_600_000;
const STALE_MS = 12 * HOUR_MS;
/** Longer than the pause between two attempts to fetch keys. */
const PAUSE_MS = 30_000;
/** Age at which keys are fetched again. */
const FRESH_MS = 10 * 60_000;

const unavailable = { status: 503, body: 'authorization unavailable\n' };

async function openWorld() {
  const issuer = await openKeyServer();
  issuer.publish('k1');
  const clock = new ManualClock();
  const keyLogs = capturedLogs();
  const { authorize, keys } = createJwtAuthorizer({
    jwksUrl: issuer.url,
    jwksStaleMs: STALE_MS,
    clock,
    logger: keyLogs.logger,
  });
  const entry = await openEntry({ authorize, clock });
  const pathWith = (token: string) => `/mediasoup-v3?roomId=r1&peerId=alice&token=${token}`;
  return {
    issuer,
    clock,
    keys,
    keyLogs,
    entry,
    async enter(kid = 'k1') {
      const client = await entry.connect(pathWith(await issuer.sign(kid)));
      client.terminate();
    },
    refusal: async (kid = 'k1') => refusalOf(`${entry.ws}${pathWith(await issuer.sign(kid))}`),
    async [Symbol.asyncDispose]() {
      await entry[Symbol.asyncDispose]();
      await issuer[Symbol.asyncDispose]();
    },
  };
}

describe('An outage of the key server', () => {
  it.each<[KeyServerMode, detail: object]>([
    ['failing', { status: 503 }],
    ['html', { code: 'notAKeySet' }],
    ['noKeys', { code: 'notAKeySet' }],
    ['empty', { code: 'noKeys' }],
    ['symmetric', { code: 'noKeys' }],
    ['redirect', { status: 302 }],
    ['huge', { code: 'tooLarge' }],
    ['cut', { code: expect.stringMatching(/^UND_ERR_/) as string }],
  ])('refuses clients with 503 while no keys were ever fetched and the server is %s', async (mode, detail) => {
    await using world = await openWorld();
    world.issuer.respondWith(mode);
    expect(await world.refusal()).toEqual(unavailable);
    expect(world.entry.logs.lines).toContainEqual(
      expect.objectContaining({ msg: 'refused connection', reason: 'authorizationUnavailable' }),
    );
    expect(world.keyLogs.lines).toContainEqual(expect.objectContaining({ host: world.issuer.host, ...detail }));
    expect(JSON.stringify(world.keyLogs.lines)).not.toContain('/keys');
    expect(world.keys?.status).toEqual({ state: 'unavailable', ageMs: undefined, fetchFailures: 1 });

    world.issuer.respondWith('ok');
    await world.enter();
    expect(world.keys?.status).toEqual({ state: 'ok', ageMs: 0, fetchFailures: 1 });
    expect(world.keyLogs.messages()).toContain('fetched the token keys again');
  });

  it('refuses clients with 503 when the server hangs, before authorize times out', async () => {
    await using world = await openWorld();
    world.issuer.respondWith('hanging');
    for (let attempt = 1; attempt <= 2; attempt += 1) {
      const asked = world.issuer.nextRequest();
      const refusal = world.refusal();
      await asked;
      world.clock.advance(3000);
      expect(await refusal).toEqual(unavailable);
      expect(world.keyLogs.lines).toContainEqual(expect.objectContaining({ code: 'timeout', failures: attempt }));
    }
    // The next client does not wait for the server.
    expect(await world.refusal()).toEqual(unavailable);
    expect(world.issuer.requests).toHaveLength(2);
    expect(world.clock.pending).toBe(0);
  });

  it('keeps the last good keys in use for hours, and not longer', async () => {
    await using world = await openWorld();
    await world.enter();
    await world.issuer.stop();
    world.clock.advance(FRESH_MS);
    await world.enter();
    expect(world.keys?.status).toEqual({ state: 'stale', ageMs: FRESH_MS, fetchFailures: 1 });
    expect(world.keyLogs.lines).toContainEqual(
      expect.objectContaining({
        msg: 'cannot fetch the token keys; keeping the last valid keys',
        code: 'ECONNREFUSED',
      }),
    );
    world.clock.advance(STALE_MS - FRESH_MS - 1);
    await world.enter();
    world.clock.advance(1);
    expect(await world.refusal()).toEqual(unavailable);

    await world.issuer.start();
    world.clock.advance(PAUSE_MS);
    await world.enter();
    expect(world.keys?.status.state).toBe('ok');
  });

  it('keeps the last good keys in use while the server publishes an empty set', async () => {
    await using world = await openWorld();
    await world.enter();
    world.issuer.respondWith('empty');
    world.clock.advance(FRESH_MS);
    await world.enter();
    expect(world.keys?.status.state).toBe('stale');
    expect(await world.refusal('k2')).toEqual(unavailable);
  });

  it('sends credentials with an incomplete percent escape unchanged', async () => {
    await using world = await openWorld();
    const { keys } = createJwtAuthorizer({ jwksUrl: world.issuer.url.replace('//', '//us%er:p%zz%20@') });
    await keys?.refresh();
    expect(keys?.status.state).toBe('ok');
    expect(world.issuer.requests[0]?.authorization).toBe(`Basic ${Buffer.from('us%er:p%zz ').toString('base64')}`);
  });

  it('admits clients without a wait while the server hangs and old keys are present', async () => {
    await using world = await openWorld();
    await world.enter();
    world.issuer.respondWith('hanging');
    world.clock.advance(FRESH_MS);
    const asked = world.issuer.nextRequest();
    const first = world.enter();
    await asked;
    world.clock.advance(3000);
    await first;
    // From now on attempts run in the background.
    world.clock.advance(PAUSE_MS);
    const again = world.issuer.nextRequest();
    await world.enter();
    await again;
    world.clock.advance(3000);
    await world.enter();
    expect(world.issuer.requests).toHaveLength(3);
  });

  it('refuses a token with an unknown key with 503 while the key may be new, and with 401 otherwise', async () => {
    await using world = await openWorld();
    await world.enter();
    world.issuer.respondWith('failing');
    world.clock.advance(PAUSE_MS);
    expect(await world.refusal('k2')).toEqual(unavailable);
    await world.enter('k1');
    world.issuer.respondWith('ok');
    world.clock.advance(PAUSE_MS);
    expect(await world.refusal('k2')).toEqual({
      status: 401,
      body: 'token not valid: ERR_JWKS_NO_MATCHING_KEY\n',
    });
  });

  it('retries a failing server at once, and then after pauses that double up to 30 s', async () => {
    await using world = await openWorld();
    world.issuer.respondWith('failing');
    const refusals = await Promise.all(Array.from({ length: 20 }, () => world.refusal()));
    expect(refusals.every(({ status }) => status === 503)).toBe(true);
    expect(await world.refusal()).toEqual(unavailable);
    expect(world.issuer.requests).toHaveLength(2);
    for (const [index, pauseMs] of [1000, 2000, 4000, 8000, 16_000, 30_000, 30_000].entries()) {
      world.clock.advance(pauseMs - 1);
      expect(await world.refusal()).toEqual(unavailable);
      expect(world.issuer.requests).toHaveLength(index + 2);
      world.clock.advance(1);
      expect(await world.refusal()).toEqual(unavailable);
      expect(world.issuer.requests).toHaveLength(index + 3);
    }
    expect(world.keys?.status.fetchFailures).toBe(9);
  });
});

describe('A rotation of keys', () => {
  it('admits a token with the new key after one request, and refuses the withdrawn key then', async () => {
    await using world = await openWorld();
    await world.enter('k1');
    const withdrawn = await world.issuer.sign('k1');
    world.issuer.publish('k2');
    world.clock.advance(PAUSE_MS);
    await world.enter('k2');
    expect(world.issuer.requests).toHaveLength(2);
    const path = `/mediasoup-v3?roomId=r1&peerId=alice&token=${withdrawn}`;
    expect(await refusalOf(`${world.entry.ws}${path}`)).toMatchObject({ status: 401 });
  });

  it('causes one request in 30 s at most, however many unknown keys clients name', async () => {
    await using world = await openWorld();
    await world.enter();
    for (let n = 0; n < 20; n += 1) expect(await world.refusal(`unknown${String(n)}`)).toMatchObject({ status: 401 });
    expect(world.issuer.requests).toHaveLength(2);
    world.clock.advance(PAUSE_MS);
    for (let n = 0; n < 20; n += 1) expect(await world.refusal(`unknown${String(n)}`)).toMatchObject({ status: 401 });
    expect(world.issuer.requests).toHaveLength(3);
  });

  it('admits a token with the new key also right after the keys were fetched', async () => {
    await using world = await openWorld();
    await world.keys?.refresh();
    world.issuer.publish('k2');
    await world.enter('k2');
    expect(world.issuer.requests).toHaveLength(2);
  });

  it('during an outage admits a token with the new key once the pause after the last attempt is over', async () => {
    await using world = await openWorld();
    await world.enter('k1');
    world.issuer.respondWith('failing');
    world.issuer.publish('k2');
    for (let n = 0; n < 20; n += 1) expect(await world.refusal('k2')).toEqual(unavailable);
    expect(world.issuer.requests).toHaveLength(3);
    world.issuer.respondWith('ok');
    world.clock.advance(1000);
    await world.enter('k2');
  });
});

describe('A server whose keys come from a URL', () => {
  it('fetches keys at its start, and reports their state in health, metrics and log', async () => {
    await using issuer = await openKeyServer();
    issuer.publish('k1');
    issuer.respondWith('failing');
    const clock = new ManualClock();
    const { logger, lines, messages } = capturedLogs();
    const asked = issuer.nextRequest();
    const jwtJwksUrl = `${issuer.url}?key=hunter2`;
    const server = await startServer({ port: 0, workers: 1, metrics: 'local', jwtJwksUrl }, { clock, logger });
    try {
      await asked;
      const keysNow = async () => ((await (await fetch(`${server.url}/health`)).json()) as Health).tokenKeys;
      const token = await issuer.sign('k1');
      const url = `${server.url.replace('http', 'ws')}/mediasoup-v3?roomId=r1&peerId=alice&token=${token}`;
      expect(await refusalOf(url)).toEqual(unavailable);
      expect(await keysNow()).toEqual({ status: 'unavailable', ageSec: null });

      issuer.respondWith('ok');
      clock.advance(PAUSE_MS);
      const client = new WebSocket(url, 'protoo');
      await once(client, 'open');
      client.terminate();
      clock.advance(90_000);
      expect(await keysNow()).toEqual({ status: 'ok', ageSec: 90 });
      const metrics = await (await fetch(`${server.url}/metrics`)).text();
      expect(metrics).toMatch(/^tureen_token_key_failures_total [12]$/m);
      expect(metrics).toMatch(/^tureen_token_key_age_seconds 90$/m);
      expect(messages()).toContain('cannot fetch the token keys; refusing clients with 503');
      expect(JSON.stringify(lines)).not.toContain('hunter2');
    } finally {
      await server.close();
    }
  });
});

describe('The URL of the keys', () => {
  it('may contain credentials, which go into a header and into no log line', async () => {
    await using issuer = await openKeyServer();
    issuer.publish('k1');
    const logs = capturedLogs();
    const clock = new ManualClock();
    const jwksUrl = issuer.url.replace('http://', 'http://reader:hunter2@');
    const { authorize, keys } = createJwtAuthorizer({ jwksUrl, clock, logger: logs.logger });
    await using entry = await openEntry({ authorize, clock });
    await entry.connect(`/mediasoup-v3?roomId=r1&peerId=alice&token=${await issuer.sign('k1')}`);
    expect(issuer.requests).toEqual([{ authorization: `Basic ${btoa('reader:hunter2')}` }]);
    await issuer.stop();
    clock.advance(FRESH_MS);
    await keys?.refresh();
    expect(logs.lines).toContainEqual(expect.objectContaining({ host: issuer.host, code: 'ECONNREFUSED' }));
    expect(JSON.stringify(logs.lines)).not.toContain('hunter2');
  });
});
