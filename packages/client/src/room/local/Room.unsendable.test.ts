import { describe, expect, it } from 'vitest';
import { ManualClock } from '@tureen/kernel';
import { mediasoupV3 } from '../../entries/mediasoupV3.ts';
import { FakeEngine } from '../../media/fake/FakeEngine.ts';
import { TureenError } from '../../shared/errors.ts';
import { CallbackTransport } from '../../signaling/CallbackTransport.ts';
import type { SignalingTransport, TransportConnection } from '../../signaling/SignalingTransport.ts';
import { ScriptedServer } from '@tureen/testkit/scripted/ScriptedServer';
import { expectUnchanged } from '@tureen/testkit/expectUnchanged';
import { fakeTrack, roomWorld } from '@tureen/testkit/scripted/roomWorld';
import { wireTo } from '@tureen/testkit/scripted/scriptedWire';
import { Room } from '../Room.ts';

const circle: Record<string, unknown> = {};
circle.self = circle;
const deep = (levels: number): object => (levels === 0 ? {} : { in: deep(levels - 1) });
const fail = (): never => {
  throw new Error('no');
};

/** appData that cannot be sent to any server, with a part of the error message. */
const unsendable: readonly (readonly [string, unknown, string])[] = [
  ['a BigInt', { id: 12n }, 'BigInt'],
  ['a circle', circle, 'circular'],
  ['a toJSON that throws', { at: { toJSON: fail } }, 'JSON: no'],
  ['a getter that throws', Object.defineProperty({}, 'at', { enumerable: true, get: fail }), 'JSON: no'],
  ['a toJSON that returns undefined', { toJSON: () => undefined }, 'JSON'],
  ['a function', () => {}, 'JSON'],
  ['a symbol', Symbol('app'), 'JSON'],
  ['8193 bytes', { photo: '\u00e9'.repeat(4090) + 'x' }, 'the limit is 8192'],
  ['2 MB', { photo: 'x'.repeat(2_000_000) }, 'the limit is 8192'],
  ['33 levels', deep(33), 'has 33 levels, the limit is 32'],
];

async function joined() {
  const world = roomWorld();
  world.server.extensions = ['textMessage'];
  await world.room.join();
  world.said.length = 0;
  world.server.received.length = 0;
  return world;
}

describe.each(unsendable)('appData with %s', (_what, appData, why) => {
  const error = {
    code: 'invalidArgument',
    retryable: false,
    argument: 'appData',
    message: expect.stringContaining(why),
  };

  it('is rejected by produce(), produceData() and join() before anything is sent', async () => {
    const { room, server, said } = await joined();
    const wrong = { appData } as { appData: Record<string, unknown> };
    await expect(room.produce(fakeTrack('audio'), wrong)).rejects.toMatchObject(error);
    await expect(room.produceData(wrong)).rejects.toMatchObject(error);
    const another = roomWorld();
    await expect(another.room.join(wrong)).rejects.toMatchObject(error);
    await expectUnchanged(() => [server.received, said, another.server.connections], [[], [], []]);
    expect([room.producers.size, room.dataProducers.size, another.room.state]).toEqual([0, 0, 'idle']);
    // The next call succeeds.
    await expect(room.produce(fakeTrack('audio'), { appData: { id: 12 } })).resolves.toMatchObject({ closed: false });
    await another.room.join();
  });
});

describe('appData with a toJSON()', () => {
  it('is sent as toJSON() returns it', async () => {
    const { room, server } = await joined();
    const appData = new (class {
      readonly [key: string]: unknown;
      readonly #id = 12;
      toJSON() {
        return { id: this.#id };
      }
    })();
    await room.produce(fakeTrack('audio'), { appData, source: 'microphone' });
    await room.produceData({ appData });
    const sent = server.received.flatMap(({ method, data }) => (method.startsWith('produce') ? [data.appData] : []));
    expect(sent).toEqual([{ id: 12, source: 'microphone' }, { id: 12 }]);
  });
});

describe('text over its limit', () => {
  const long = 'x'.repeat(257);
  const over = (name: string, number: string) => ({
    code: 'invalidArgument',
    retryable: false,
    argument: name,
    message: expect.stringContaining(number) as string,
  });

  it('is rejected with the number, and the room stays joined', async () => {
    const { room, server, said } = await joined();
    await expect(room.setDisplayName(long)).rejects.toMatchObject(over('displayName', '257 characters'));
    await expect(room.produceData({ label: long })).rejects.toMatchObject(over('label', 'limit is 256'));
    await expect(room.produceData({ protocol: long })).rejects.toMatchObject(over('protocol', 'limit is 256'));
    await expect(room.produce(fakeTrack('audio'), { source: long })).rejects.toMatchObject(over('source', '257'));
    await expect(room.sendText('\u00e9'.repeat(8193))).rejects.toMatchObject(over('text', '16386 bytes'));
    await expectUnchanged(() => [server.received, said, room.displayName], [[], [], 'alice']);
  });

  it('is sent up to the limit', async () => {
    const { room, server } = await joined();
    await room.setDisplayName('x'.repeat(256));
    await room.sendText('\u00e9'.repeat(8192));
    await room.produce(fakeTrack('audio'), { source: 'a', appData: deep(32) as Record<string, unknown> });
    expect(server.methods()).toEqual(['changeDisplayName', 'textMessage', 'connectWebRtcTransport', 'produce']);
  });

  it('is rejected by join(), for the name and for the device', async () => {
    const { room } = roomWorld();
    await expect(room.join({ displayName: long })).rejects.toMatchObject(over('displayName', '257'));
    const device = { flag: 'app', name: long, version: '1' };
    await expect(room.join({ device })).rejects.toMatchObject(over('device.name', '257'));
    expect(room.state).toBe('idle');
  });
});

describe('a transport whose send() fails', () => {
  /** Connects the scripted server over a transport that calls `onSend` before it sends a request. */
  function over(onSend: (method: string) => unknown) {
    const server = new ScriptedServer();
    const transport: SignalingTransport = {
      connect: async (options) => {
        const connection = await server.transport.connect(options);
        const send: TransportConnection['send'] = (frame) => {
          const result = frame.kind === 'request' ? onSend(frame.method) : undefined;
          if (result instanceof Promise) return result;
          return connection.send(frame);
        };
        return { ...connection, send };
      },
    };
    return { ...roomWorld({ transport }), server };
  }

  it.each([
    ['throws', fail],
    ['rejects', () => Promise.reject(new Error('no'))],
  ])('rejects the call with sendFailed and keeps the room joined when it %s', async (_how, onFail) => {
    let isBroken = false;
    const { room, server } = over((method) => (isBroken && method === 'produce' ? onFail() : undefined));
    await room.join();
    isBroken = true;
    await expect(room.produce(fakeTrack('audio'))).rejects.toMatchObject({
      code: 'sendFailed',
      retryable: false,
      method: 'produce',
      message: "'produce' could not be sent: no",
      cause: { message: 'no' },
    });
    isBroken = false;
    await room.produce(fakeTrack('audio'));
    expect([room.state, server.connections.length, room.producers.size]).toEqual(['joined', 1, 1]);
  });

  it('rejects the call with the TureenError that it throws', async () => {
    const full = new TureenError('unsupported', 'too large for this transport');
    const { room } = over((method) => {
      if (method === 'produce') throw full;
    });
    await room.join();
    await expect(room.produce(fakeTrack('audio'))).rejects.toBe(full);
  });

  it('makes the room reconnect and publish when it throws connectionLost and reports no close', async () => {
    let isGone = false;
    const { room, server, clock } = over(() => {
      if (isGone) throw new TureenError('connectionLost', 'the modem is off');
    });
    await room.join();
    isGone = true;
    const reconnecting = room.waitFor('reconnecting');
    const produced = room.produce(fakeTrack('audio'));
    await reconnecting;
    expect(room.state).toBe('reconnecting');
    expect(server.connections[0]?.closed).toBe(true);
    isGone = false;
    clock.advance(100);
    await expect(produced).resolves.toMatchObject({ closed: false });
  });
});

describe('a malformed response', () => {
  it('rejects with badResponse and keeps the session', async () => {
    let isMalformed = false;
    const server = new ScriptedServer();
    const { room } = roomWorld({
      transport: {
        connect: (options) =>
          server.transport.connect({
            ...options,
            onFrame: (frame) => {
              if (frame.kind !== 'response' || !isMalformed) options.onFrame(frame);
              else options.onMalformed('no', frame.id);
            },
          }),
      },
    });
    await room.join();
    server.on('produce', () => {
      isMalformed = true;
    });
    await expect(room.produce(fakeTrack('audio'))).rejects.toMatchObject({ code: 'badResponse', retryable: false });
    expect([room.state, server.connections.length]).toEqual(['joined', 1]);
  });
});

describe('a notification that a CallbackTransport cannot send', () => {
  it('fails the call with sendFailed, and the next connection does not carry it', async () => {
    const server = new ScriptedServer();
    let context: TransportConnection | null = null;
    const answers = new Map<string, (frame: { ok: boolean; data?: unknown }) => void>();
    let lastId = 0;
    const notified: string[] = [];
    const transport: CallbackTransport = new CallbackTransport({
      connect: async () => {
        context = await wireTo(server, {
          onFrame: (frame) => {
            if (frame.kind === 'response') answers.get(String(frame.id))?.(frame);
            else if (frame.kind === 'notification') transport.receiveNotification(frame.method, frame.data);
          },
        });
      },
      request: (method, data) =>
        new Promise((resolve) => {
          const id = ++lastId;
          answers.set(String(id), ({ data: answer }) => {
            resolve(answer);
          });
          context?.send({ kind: 'request', id, method, data });
        }),
      notify: (method) => {
        notified.push(method);
        throw new Error('no notifications here');
      },
    });
    const clock = new ManualClock();
    const room = new Room({
      roomId: 'r1',
      peerId: 'alice',
      dialect: mediasoupV3({ engine: new FakeEngine(), variant: 'notify' }),
      transport,
      clock,
      reconnectPolicy: () => 0,
    });
    await room.join();
    const producer = await room.produce(fakeTrack('audio'));
    await expect(producer.pause()).rejects.toMatchObject({ code: 'sendFailed', retryable: false });
    expect(producer.paused).toBe(false);
    const rejoined = room.waitFor('reconnected');
    clock.advance(0);
    await rejoined;
    expect([room.state, notified]).toEqual(['joined', ['pauseProducer']]);
    await room.leave();
  });
});
