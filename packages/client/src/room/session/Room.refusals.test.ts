import { describe, expect, it } from 'vitest';
import { v2Dialects, v2World } from '@tureen/testkit/scripted/v2World';
import { pushPullWorld } from '@tureen/testkit/scripted/pushPullWorld';
import { whenDisconnected } from '@tureen/testkit/scripted/waits';
import { fakeTrack, pass, roomWorld } from '@tureen/testkit/scripted/roomWorld';

/** Error response as servers write it. */
const refusal = (errorCode: number, words = 'Channel request handler with ID 7 not found') =>
  Object.assign(new Error(words), { errorCode });

const dialects = {
  'mediasoup-v3': { open: roomWorld, steps: ['getRouterRtpCapabilities', 'createWebRtcTransport', 'join'] },
  ...Object.fromEntries(
    v2Dialects.map((name) => {
      const join = name === 'mediasoup-v2-beta' ? 'joinRoom' : 'join';
      const query = name === 'mediasoup-v2-alpha' ? [] : ['queryRoom'];
      return [name, { open: () => v2World(name), steps: [...query, join, 'createTransport'] }];
    }),
  ),
  'push-pull': { open: () => pushPullWorld(), steps: ['join'] },
};

interface AnyWorld {
  readonly room: ReturnType<typeof roomWorld>['room'];
  readonly clock: ReturnType<typeof roomWorld>['clock'];
  readonly said: string[];
  readonly server: {
    on(method: string, script: (data: Record<string, unknown>) => unknown): unknown;
    answerOf(method: string, data: Record<string, unknown>): unknown;
    drop(): void;
    readonly connections: readonly unknown[];
  };
}

const cases = Object.entries(dialects).flatMap(([name, { open, steps }]) =>
  steps.map((step) => ({ name, step, open: open })),
);

/** Makes the server refuse `method` on the next `connections`, then answer again. */
function refuse({ server }: AnyWorld, method: string, errorCode: number, connections: number): void {
  const last = server.connections.length + connections;
  server.on(method, (data) => {
    if (server.connections.length <= last) throw refusal(errorCode);
    return server.answerOf(method, data);
  });
}

async function drop({ room, server, clock }: AnyWorld): Promise<void> {
  await whenDisconnected(room, () => {
    server.drop();
  });
  await pass(clock, 100);
}

describe.each(cases)('$name: $step', ({ name, step, open }) => {
  // push-pull has one number for all refusals.
  const faults = name === 'push-pull' ? [-1] : [500, 503];

  it.each(faults)('counts as one failed attempt when refused with %i during a rejoin', async (errorCode) => {
    const world = open();
    const { room, said, clock } = world;
    await room.join();
    refuse(world, step, errorCode, 1);
    const back = room.waitFor('reconnected');
    await drop(world);
    expect(room.state).toBe('reconnecting');
    expect(said.filter((line) => line.startsWith('reconnecting'))).toHaveLength(2);
    clock.advance(200);
    await back;
    expect(room.state).toBe('joined');
    expect(said.some((line) => line.startsWith('left'))).toBe(false);
  });

  it('is repeated after a 5xx until the reconnect policy gives up', async () => {
    const world = open();
    const { room, said, clock } = world;
    await room.join();
    refuse(world, step, faults[0]!, Infinity);
    await drop(world);
    for (let attempt = 2; attempt <= 5; attempt += 1) {
      await pass(clock, attempt * 100);
    }
    expect(said.at(-1)).toBe('left connectionLost');
    expect(said.filter((line) => line.startsWith('reconnecting'))).toHaveLength(5);
  });

  it.each([400, 403, 409])('ends the session when refused with %i during a rejoin', async (errorCode) => {
    const world = open();
    await world.room.join();
    refuse(world, step, errorCode, Infinity);
    await drop(world);
    expect(world.said.at(-1)).toBe('left refused');
  });

  it('is retryable when refused with a 5xx during the first join()', async () => {
    for (const errorCode of [...faults, 403]) {
      const world = open();
      refuse(world, step, errorCode, 1);
      await expect(world.room.join()).rejects.toMatchObject({
        code: 'requestRefused',
        method: step,
        message: 'Channel request handler with ID 7 not found',
        serverCode: errorCode,
        retryable: errorCode !== 403,
      });
      await world.room.join();
      expect(world.room.state).toBe('joined');
      await world.room.leave();
    }
  });
});

describe('a resume that the server refuses with 500', () => {
  it.each(['mediasoup-v3', ...v2Dialects, 'push-pull'] as const)('is followed by a join, %s', async (name) => {
    const world = dialects[name as 'mediasoup-v3'].open() as unknown as AnyWorld;
    const { room, server, said } = world;
    const join = name === 'mediasoup-v2-beta' ? 'joinRoom' : 'join';
    const asked: unknown[] = [];
    server.on(join, (data) => {
      asked.push('holds' in data);
      if ('holds' in data) throw refusal(name === 'push-pull' ? -1 : 500);
      return { ...(server.answerOf(join, data) as object), resumeToken: 't', extensions: ['resumeToken'] };
    });
    await room.join();
    await drop(world);
    expect(room.state).toBe('joined');
    expect(asked).toEqual([false, true, false]);
    expect(said.filter((line) => line.startsWith('reconnecting'))).toHaveLength(1);
  });
});

describe('produce during a republication', () => {
  /** Opens Alice's room with a camera and a microphone, whose connection then drops. `produce` answers as `script` says. */
  async function republish(script: (source: string, connection: number) => number | null) {
    const world = roomWorld();
    const { room, server } = world;
    await room.join();
    const camera = await room.produce(fakeTrack('video'), { source: 'camera' });
    const microphone = await room.produce(fakeTrack('audio'), { source: 'microphone' });
    server.on('produce', (data) => {
      const errorCode = script((data.appData as { source: string }).source, server.connections.length);
      if (errorCode !== null) throw refusal(errorCode);
      return server.answerOf('produce', data);
    });
    world.said.length = 0;
    await drop(world);
    await pass(world.clock, 100);
    return { ...world, camera, microphone };
  }

  it('is tried once more in a new session when refused with 500', async () => {
    const { room, said, camera, microphone } = await republish((_, connection) => (connection === 2 ? 500 : null));
    expect(room.state).toBe('joined');
    expect([camera.closed, microphone.closed]).toEqual([false, false]);
    expect(said.filter((line) => line.startsWith('reconnected'))).toHaveLength(2);
    expect(said.filter((line) => line.startsWith('requestFailed'))).toEqual([]);
  });

  it('closes only that producer when refused with 500 again, and keeps the session', async () => {
    const { room, said, camera, microphone } = await republish((source) => (source === 'camera' ? 500 : null));
    expect(room.state).toBe('joined');
    expect([camera.closed, microphone.closed]).toEqual([true, false]);
    expect(said.filter((line) => line.startsWith('reconnected'))).toHaveLength(2);
    expect(said.filter((line) => line.startsWith('requestFailed'))).toEqual([
      'requestFailed produce error=requestRefused',
    ]);
  });

  it('closes that producer at once when refused with 403', async () => {
    const { said, camera, microphone } = await republish((source) => (source === 'camera' ? 403 : null));
    expect([camera.closed, microphone.closed]).toEqual([true, false]);
    expect(said.filter((line) => line.startsWith('reconnected'))).toHaveLength(1);
  });
});
