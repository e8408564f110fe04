import { once } from 'node:events';
import { describe, expect, it } from 'vitest';
import { WebSocket } from 'ws';
import { type Clock, ManualClock } from '@tureen/kernel';
import type { ServerSettings } from '../../config/index.ts';
import { startServer } from '../../main.ts';
import { capturedLogs } from '../../testing/capturedLogs.ts';
import { offer } from '../../testing/offers.ts';

async function open(
  settings: Partial<Pick<ServerSettings, 'pushPullProfile' | 'maxJoinsPerPeer' | 'joinTimeoutMs'>> = {},
  clock?: Clock,
) {
  const { logger } = capturedLogs();
  const server = await startServer({ port: 0, workers: 1, ...settings }, { logger, ...(clock && { clock }) });
  const sockets: WebSocket[] = [];
  return {
    server,
    async connect(path: string): Promise<WebSocket> {
      const socket = new WebSocket(`${server.url.replace('http', 'ws')}${path}`, 'protoo');
      sockets.push(socket);
      await once(socket, 'open');
      return socket;
    },
    async [Symbol.asyncDispose]() {
      for (const socket of sockets) socket.terminate();
      await server.close();
    },
  };
}

/** Resolves with the next frame that the socket receives. */
async function next(socket: WebSocket): Promise<unknown> {
  const [data] = (await once(socket, 'message')) as [Buffer];
  return JSON.parse(String(data));
}

const me = { roomId: 'r', userId: '1' };
const joining = { request: true, id: 6385452, method: 'join', data: { ...me, userName: 'User_1' } };

describe('push-pull over a WebSocket', () => {
  it.each(['/push-pull', '/webrtc', '/webrtc?roomid=r&meetingId=5'])(
    'accepts the path %s, with the subprotocol protoo',
    async (path) => {
      await using world = await open();
      const socket = await world.connect(path);
      expect(socket.protocol).toBe('protoo');
      socket.send(JSON.stringify(joining));
      expect(await next(socket)).toEqual({
        response: true,
        id: 6385452,
        ok: true,
        data: { code: 0, message: 'join success', users: [] },
      });
    },
  );

  it('sends the response before the notifications that it causes; a refusal has a number and a reason', async () => {
    await using world = await open();
    const [alice, bob] = [await world.connect('/webrtc'), await world.connect('/webrtc')];
    alice.send(JSON.stringify(joining));
    await next(alice);
    const frames: string[] = [];
    bob.on('message', (data: Buffer) => frames.push(String(data)));
    bob.send(JSON.stringify({ ...joining, data: { ...joining.data, userId: '2' } }));
    expect(await next(alice)).toEqual({
      notification: true,
      method: 'newUser',
      data: [{ userId: '2', userName: 'User_1', pushers: [] }],
    });
    const sdp = { type: 'offer', sdp: offer('chromium-push-audio') };
    alice.send(JSON.stringify({ request: true, id: 2, method: 'push', data: { ...me, sdp } }));
    expect(await next(alice)).toMatchObject({ id: 2, ok: true, data: { code: 0, message: 'push success' } });
    bob.send(
      JSON.stringify({ request: true, id: 3, method: 'pull', data: { ...me, sdp, targetUserId: '1', specs: [] } }),
    );
    const isRefusal = (frame: string) => frame.includes('"id":3');
    while (!frames.some(isRefusal)) await once(bob, 'message');
    expect(frames.map((frame) => JSON.parse(frame) as unknown)).toMatchObject([
      { id: 6385452, ok: true },
      { method: 'newPusher', data: { userId: '1', pushers: [{ rtpParam: { codec: 'opus' } }] } },
      { id: 3, ok: false, errorCode: -1, errorReason: 'not joined as 1 in r' },
    ]);
  });

  it('does not respond to unknown requests as RTCPilot', async () => {
    await using world = await open({ pushPullProfile: 'rtcpilot' });
    const socket = await world.connect('/webrtc');
    socket.send(JSON.stringify({ request: true, id: 1, method: 'nonsense', data: {} }));
    socket.send(JSON.stringify(joining));
    expect(await next(socket)).toMatchObject({ id: 6385452, ok: true });
  });

  it('closes connections with 4000 when the room closes', async () => {
    await using world = await open();
    const socket = await world.connect('/webrtc');
    socket.send(JSON.stringify(joining));
    await next(socket);
    world.server.registry.closeRoom('r');
    const [code, reason] = (await once(socket, 'close')) as [number, Buffer];
    expect([code, String(reason)]).toEqual([4000, 'roomClosed']);
  });

  it.each([
    ['standard', { errorCode: 429, errorReason: 'user join failed: too many joins of this user within a minute' }],
    ['rtcpilot', { errorCode: -1, errorReason: 'user join failed' }],
  ] as const)('refuses a join beyond the limit of joins per minute, %s', async (pushPullProfile, refusal) => {
    await using world = await open({ pushPullProfile, maxJoinsPerPeer: 2 });
    const join = async (userId: string) => {
      const socket = await world.connect('/push-pull');
      const answered = next(socket);
      socket.send(JSON.stringify({ ...joining, data: { ...joining.data, userId } }));
      const answer = await answered;
      socket.terminate();
      return answer;
    };
    // This test does not care whether the first room still exists when the next user joins.
    for (let n = 0; n < 2; n += 1) expect(await join('1')).not.toMatchObject({ errorCode: 429 });
    expect(await join('1')).toMatchObject({ ok: false, ...refusal });
    expect(await join('2')).toMatchObject({ ok: true });
  });

  it.each(['standard', 'rtcpilot'] as const)(
    'closes a connection whose join exceeded the limit with 1013 a second later, %s',
    async (pushPullProfile) => {
      const clock = new ManualClock();
      await using world = await open({ pushPullProfile, maxJoinsPerPeer: 1, joinTimeoutMs: 60_000 }, clock);
      const first = await world.connect('/push-pull');
      first.send(JSON.stringify(joining));
      await next(first);
      const second = await world.connect('/push-pull');
      second.send(JSON.stringify(joining));
      expect(await next(second)).toMatchObject({ ok: false });
      const closed = once(second, 'close') as Promise<[number, Buffer]>;
      clock.advance(999);
      expect(second.readyState).toBe(WebSocket.OPEN);
      clock.advance(1);
      const [code, reason] = await closed;
      expect([code, String(reason).split(': ')[0]]).toEqual([1013, 'tooManyJoins']);
    },
  );
});
