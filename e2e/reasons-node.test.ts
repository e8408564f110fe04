import { createHmac } from 'node:crypto';
import { readFileSync } from 'node:fs';
import {
  ProtooTransport,
  Room,
  type RoomEvents,
  type RoomOptions,
  TureenError,
  mediasoupV2,
  mediasoupV2Alpha,
  mediasoupV2Beta,
  mediasoupV3,
  pushPull,
} from '@tureen/client';
import { FakeEngine, FakePeerConnectionMedia } from '@tureen/client/testing';
import { type RunningServer, type ServerParts, type ServerSettings, startServer } from '@tureen/server';
import ts from 'typescript';
import { afterEach, describe, expect, it, vi } from 'vitest';

/**
 * Reasons for which the server refuses or ends a session, as the app reads them, over real WebSockets and a real worker. Runs the samples of
 * `docs/join-and-leave.md` as printed.
 */

const servers: RunningServer[] = [];
const rooms: Room[] = [];

afterEach(async () => {
  vi.unstubAllGlobals();
  // Without an end, a room reconnects for as long as the process runs.
  await Promise.all(rooms.splice(0).map((room) => room.leave()));
  await Promise.all(servers.splice(0).map((server) => server.close()));
});

async function start(settings: Partial<ServerSettings> = {}, parts: ServerParts = {}): Promise<RunningServer> {
  const server = await startServer({ port: 0, workers: 1, logLevel: 'fatal', pingIntervalMs: 0, ...settings }, parts);
  servers.push(server);
  return server;
}

const dialects = {
  'mediasoup-v3': () => mediasoupV3({ engine: new FakeEngine() }),
  'mediasoup-v2': () => mediasoupV2({ engine: new FakeEngine() }),
  'mediasoup-v2-beta': () => mediasoupV2Beta({ engine: new FakeEngine() }),
  'mediasoup-v2-alpha': () => mediasoupV2Alpha({ engine: new FakeEngine() }),
  'push-pull': () => pushPull({ engine: new FakePeerConnectionMedia() }),
};
type Name = keyof typeof dialects;
const names = Object.keys(dialects) as Name[];

interface MemberOptions extends Partial<RoomOptions> {
  readonly dialectName?: Name;
  /** Tokens, one per attempt to connect. */
  readonly tokens?: string[];
}

function member(server: RunningServer, { dialectName = 'mediasoup-v3', tokens, ...options }: MemberOptions = {}): Room {
  const base = `${server.url.replace(/^http/, 'ws')}/${dialectName}`;
  const room = new Room({
    roomId: 'kitchen',
    peerId: 'alice',
    dialect: dialects[dialectName](),
    transport: new ProtooTransport({
      url: () => (tokens === undefined ? base : `${base}?token=${tokens.shift() ?? ''}`),
    }),
    reconnectPolicy: () => 0,
    ...options,
  });
  rooms.push(room);
  return room;
}

const secret = 'a secret of thirty-two characters';

/** A token that expires in `hours`. */
function token(hours: number, peerId = 'alice'): string {
  const part = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url');
  const exp = Math.floor(Date.now() / 1000) + hours * 3600;
  const signed = `${part({ alg: 'HS256' })}.${part({ roomId: 'kitchen', peerId, exp })}`;
  return `${signed}.${createHmac('sha256', secret).update(signed).digest('base64url')}`;
}

/** Adds an origin, which Node's WebSocket does not send. */
function stubOrigin(origin: string): void {
  const Real = globalThis.WebSocket;
  vi.stubGlobal(
    'WebSocket',
    class extends Real {
      constructor(url: string, protocols: string[]) {
        super(url, { protocols, headers: { origin } } as unknown as string[]);
      }
    },
  );
}

/** Breaks the connection of a peer at both ends. */
function cut(server: RunningServer, peerId = 'alice'): void {
  const closing = { reason: 'workerDied' } as const;
  server.registry.get('kitchen')?.peers.get(peerId)?.close(closing);
}

/** Returns the sample of the page that contains `start`, as a function. Its imports are passed by name. */
function sampleOf(start: string): (given: Record<string, unknown>) => Promise<void> {
  const page = readFileSync(new URL('../docs/join-and-leave.md', import.meta.url), 'utf8');
  const block = [...page.matchAll(/^```ts\n([^]*?)^```/gm)]
    .map(([, code = '']) => code)
    .find((code) => code.includes(start));
  if (block === undefined) throw new Error(`docs/join-and-leave.md has no sample with ${start}`);
  const { outputText } = ts.transpileModule(block.replaceAll(/^import .*$/gm, ''), {
    compilerOptions: { target: ts.ScriptTarget.ESNext, module: ts.ModuleKind.ESNext },
  });
  return async (given) => {
    // eslint-disable-next-line @typescript-eslint/no-implied-eval -- the text is part of this repository, and running it is the test
    const run = new Function(...Object.keys(given), `return (async () => {${outputText}})();`) as (
      ...values: unknown[]
    ) => Promise<void>;
    await run(...Object.values(given));
  };
}

/** App with the samples of the page for `left` and `join()`, and the texts that the user sees. */
function app(room: Room) {
  const seen: string[] = [];
  const given = {
    room,
    TureenError,
    showHelp: (text: string) => seen.push(text.trim()),
    offerToTryAgain: () => seen.push('(try again)'),
  };
  return {
    seen,
    listen: () => sampleOf("room.on('left'")(given),
    join: () => sampleOf('await room.join(')(given),
  };
}

describe('Documented sample for join()', () => {
  it.each<
    [what: string, settings: Partial<ServerSettings>, seen: string[], prepare?: (server: RunningServer) => unknown]
  >([
    [
      'shows that the room is full, and offers to try again',
      { maxPeersPerRoom: 1 },
      ['The room is full.', '(try again)'],
      (server) => member(server, { peerId: 'bob' }).join(),
    ],
    ['shows that a token is missing', { jwtSecret: secret }, ['Sign in again.']],
    [
      'shows a wrong origin',
      { allowedOrigins: ['https://meet.example'] },
      [expect.stringContaining('originNotAllowed') as string],
    ],
    ['shows nothing if the server admits the client', {}, []],
  ])('%s', async (_what, settings, seen, prepare) => {
    const server = await start(settings);
    await prepare?.(server);
    stubOrigin('https://other.example');
    const { seen: shown, join } = app(member(server));
    await join();
    expect(shown).toEqual(seen);
  });

  it('shows that a token has expired, and does not offer to try again', async () => {
    const server = await start({ jwtSecret: secret });
    const { seen, join } = app(member(server, { tokens: [token(-1)] }));
    await join();
    expect(seen).toEqual(['Sign in again.']);
  });

  it('offers to try again if the server stops', async () => {
    const server = await start({ drainTimeoutMs: 60_000 });
    await member(server, { peerId: 'bob' }).join();
    void server.drain();
    const { seen, join } = app(member(server));
    await join();
    expect(seen).toEqual(['(try again)']);
  });
});

describe('Documented sample for left', () => {
  /** Alice, joined, with the sample as a listener. */
  async function joined(server: RunningServer, options: MemberOptions = {}) {
    const room = member(server, options);
    const { seen, listen } = app(room);
    await listen();
    await room.join();
    return { room, seen, left: room.waitFor('left') };
  }

  it('shows a kick with its text', async () => {
    const server = await start();
    const { seen, left } = await joined(server);
    server.registry.kick('kitchen', 'alice', { reason: 'Please be kind.' });
    expect(await left).toEqual({ reason: 'kicked', detail: 'Please be kind.' });
    expect(seen).toEqual(['You were removed from the room. Please be kind.']);
  });

  it('shows that another tab joined with the same ID', async () => {
    const server = await start();
    const { seen, left } = await joined(server);
    await member(server).join();
    expect(await left).toEqual({ reason: 'replaced' });
    expect(seen).toEqual(['You joined this room in another tab.']);
  });

  it('shows a closed room', async () => {
    const server = await start();
    const { seen, left } = await joined(server);
    server.registry.closeRoom('kitchen');
    expect(await left).toEqual({ reason: 'roomClosed' });
    expect(seen).toEqual(['The meeting has ended.']);
  });

  it('offers to try again if the server stopped and no attempt succeeded', async () => {
    const server = await start();
    const { seen, left } = await joined(server, { reconnectPolicy: ({ attempt }) => (attempt < 3 ? 0 : null) });
    await server.close();
    expect(await left).toEqual({ reason: 'connectionLost' });
    expect(seen).toEqual(['(try again)']);
  });

  it('shows an expired token at the first reconnect attempt', async () => {
    const server = await start({ jwtSecret: secret });
    const { room, seen, left } = await joined(server, { tokens: [token(1), token(-1)] });
    const attempts: unknown[] = [];
    room.on('reconnecting', ({ attempt }) => attempts.push(attempt));
    cut(server);
    expect(await left).toEqual({ reason: 'tokenExpired', detail: 'token expired' });
    expect(room.state).toBe('left');
    expect(attempts).toEqual([1]);
    expect(seen).toEqual(['Sign in again.']);
  });

  it('shows nothing if the app renews its token', async () => {
    const server = await start({ jwtSecret: secret });
    const { room, seen } = await joined(server, { tokens: [token(1), token(2)] });
    const back = room.waitFor('reconnected');
    cut(server);
    expect(await back).toEqual({ resumed: false });
    expect(seen).toEqual([]);
  });

  it('shows nothing if the app leaves', async () => {
    const server = await start();
    const { room, seen, left } = await joined(server);
    await room.leave();
    expect(await left).toEqual({ reason: 'left' });
    expect(seen).toEqual([]);
  });
});

describe.each(names)('%s', (dialectName) => {
  it('rejects join() into a full room with roomFull as retryable', async () => {
    const server = await start({ maxPeersPerRoom: 1 });
    await member(server, { dialectName, peerId: 'bob' }).join();
    const failed = member(server, { dialectName }).join();
    await expect(failed).rejects.toMatchObject({ name: 'TureenError', reason: 'roomFull', retryable: true });
    await expect(failed).rejects.toHaveProperty('hint', expect.any(String));
  });

  it('rejects join() without a valid token, for another peer, and with an expired token, as not retryable', async () => {
    const server = await start({ jwtSecret: secret });
    for (const [given, reason] of [
      ['nonsense', 'unauthorized'],
      [token(1, 'bob'), 'forbidden'],
      [token(-1), 'tokenExpired'],
    ] as const)
      await expect(member(server, { dialectName, tokens: [given] }).join()).rejects.toMatchObject({
        reason,
        retryable: false,
      });
  });

  it('ends the session with the reason of a kick, a closed room and a replacement', async () => {
    const server = await start();
    const endings: RoomEvents['left'][] = [];
    for (const end of ['kick', 'closeRoom', 'replace'] as const) {
      const room = member(server, { dialectName });
      await room.join();
      const left = room.waitFor('left');
      if (end === 'kick') server.registry.kick('kitchen', 'alice', { reason: 'spam: twice' });
      else if (end === 'closeRoom') server.registry.closeRoom('kitchen', { reason: 'closing time' });
      else server.registry.get('kitchen')?.peers.get('alice')?.close({ reason: 'replaced' });
      endings.push(await left);
    }
    expect(endings).toEqual([
      { reason: 'kicked', detail: 'spam: twice' },
      { reason: 'roomClosed', detail: 'closing time' },
      { reason: 'replaced' },
    ]);
  });

  it('keeps reconnecting while the room is full, and rejoins once there is a place', async () => {
    const server = await start({ maxPeersPerRoom: 1, reconnectGraceMs: 0 });
    let retries = 0;
    const full = Promise.withResolvers<undefined>();
    const room = member(server, {
      dialectName,
      reconnectPolicy: () => {
        retries += 1;
        if (retries === 2) full.resolve(undefined);
        return 0;
      },
    });
    await room.join();
    const other = member(server, { dialectName, peerId: 'bob' });
    const lost = room.waitFor('reconnecting');
    const back = room.waitFor('reconnected');
    // The place of a peer that the server dropped is free until its client rejoins.
    cut(server);
    await Promise.all([lost, other.join()]);
    await full.promise;
    await other.leave();
    await back;
    expect(room.state).toBe('joined');
  });
});
