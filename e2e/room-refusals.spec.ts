import { createHmac } from 'node:crypto';
import { type RunningServer, type ServerParts, type ServerSettings, startServer } from '@tureen/server';
import { type PeerHandle, type World, expect, test } from './fixtures/test.ts';
import type { JoinRequest } from './pages/room/main.ts';

/** Properties of a refusal that a page reads. */
interface Seen {
  readonly reason?: string | undefined;
  readonly closeCode?: number | undefined;
  readonly retryable: boolean;
}

interface Refusal extends Required<Seen> {
  readonly settings?: Partial<ServerSettings>;
  readonly parts?: ServerParts;
  /** Path of the URL. The query contains room and peer. */
  readonly path?: string;
  /** Resolves to a peer that is already in the room. */
  readonly prepare?: (server: RunningServer, world: World) => Promise<PeerHandle>;
}

const jwtSecret = 'a secret of thirty-two characters';

function token(expiresInSec: number): string {
  const part = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url');
  const exp = Math.floor(Date.now() / 1000) + expiresInSec;
  const signed = `${part({ alg: 'HS256' })}.${part({ roomId: 'r', peerId: 'p', exp })}`;
  return `${signed}.${createHmac('sha256', jwtSecret).update(signed).digest('base64url')}`;
}

const wsOf = ({ url }: RunningServer) => url.replace(/^http/, 'ws');

const refusals: Record<string, Refusal> = {
  'no token': { settings: { jwtSecret }, reason: 'unauthorized', closeCode: 4000, retryable: false },
  'an expired token': {
    settings: { jwtSecret },
    path: `/mediasoup-v3?token=${token(-3600)}`,
    reason: 'tokenExpired',
    closeCode: 4000,
    retryable: false,
  },
  'a token of another peer': {
    settings: { jwtSecret },
    path: `/mediasoup-v3?token=${token(3600)}`,
    reason: 'forbidden',
    closeCode: 4000,
    retryable: false,
  },
  'a foreign origin': {
    settings: { allowedOrigins: ['https://meet.example'] },
    reason: 'originNotAllowed',
    closeCode: 4000,
    retryable: false,
  },
  'an unknown path': { path: '/nowhere', reason: 'unknownDialect', closeCode: 4000, retryable: false },
  'the wrong dialect': { path: '/mediasoup-v2', reason: 'badRequest', closeCode: 4000, retryable: false },
  'a full room': {
    settings: { maxPeersPerRoom: 1 },
    prepare: (server, world) => world.joinAs('first', { serverUrl: `${wsOf(server)}/mediasoup-v3` }),
    reason: 'roomFull',
    closeCode: 4000,
    retryable: true,
  },
  'too many joins': {
    settings: { maxJoinsPerPeer: 1 },
    prepare: (server, world) => world.joinAs('alice', { serverUrl: `${wsOf(server)}/mediasoup-v3` }),
    reason: 'tooManyJoins',
    closeCode: 1013,
    retryable: true,
  },
  'no authorization in time': {
    settings: { authorizeTimeoutMs: 100 },
    parts: { authorize: () => new Promise(() => {}) },
    reason: 'authorizationUnavailable',
    closeCode: 1013,
    retryable: true,
  },
  'a server that stops': {
    settings: { drainTimeoutMs: 60_000 },
    prepare: async (server, world) => {
      const first = await world.joinAs('first', { serverUrl: `${wsOf(server)}/mediasoup-v3` });
      void server.drain();
      return first;
    },
    reason: 'shuttingDown',
    closeCode: 1012,
    retryable: true,
  },
};

test('a page reads the reason for which the server refuses it', async ({ world }) => {
  const { page } = await world.open('alice');
  for (const [what, { settings, parts, path = '/mediasoup-v3', prepare, ...expected }] of Object.entries(refusals)) {
    await test.step(what, async () => {
      const server = await startServer(
        { port: 0, workers: 1, logLevel: 'fatal', pingIntervalMs: 0, ...settings },
        parts,
      );
      const first = await prepare?.(server, world);
      try {
        const request: JoinRequest = { serverUrl: `${wsOf(server)}${path}`, roomId: world.roomId, peerId: 'alice' };
        const seen = await page.evaluate(
          (join): Promise<Seen | 'joined'> =>
            window.peer.join(join).then(
              () => 'joined' as const,
              ({ reason, closeCode, retryable }: Seen) => ({ reason, closeCode, retryable }),
            ),
          request,
        );
        // For a full room, the server may refuse the request before it closes the connection. Then there is no close code yet.
        if (expected.reason === 'roomFull') expect(seen).toMatchObject({ reason: 'roomFull', retryable: true });
        else expect(seen).toEqual(expected);
      } finally {
        await first?.page.evaluate(() => window.peer.room.leave());
        await server.close();
      }
    });
  }
});
