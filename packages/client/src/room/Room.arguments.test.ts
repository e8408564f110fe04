import { describe, expect, it } from 'vitest';
import { ProtooTransport } from '../signaling/ProtooTransport.ts';
import { WebSocketTransport } from '../signaling/WebSocketTransport.ts';
import { fakeTrack, roomWorld } from '@tureen/testkit/scripted/roomWorld';
import { Room } from './Room.ts';

const invalid = (argument: string) => ({ code: 'invalidArgument', argument });

describe('new Room()', () => {
  it.each([undefined, null, 'r1', 5])('throws invalidArgument for the options %o', (options) => {
    expect(() => new Room(options as never)).toThrow(expect.objectContaining(invalid('options')));
  });

  it.each([
    ['roomId', undefined],
    ['roomId', 5],
    ['peerId', {}],
    ['dialect', undefined],
    ['dialect', 'mediasoup-v3'],
    ['transport', 'wss://sfu.example'],
    ['consume', true],
    ['requestTimeoutMs', '5'],
    ['requestTimeoutMs', NaN],
    ['reconnectPolicy', 5],
    ['logger', 'debug'],
  ])('throws invalidArgument for the option %s = %o', (name, value) => {
    expect(() => roomWorld({ [name]: value })).toThrow(expect.objectContaining(invalid(name)));
  });

  it('advises how to pass a dialect', () => {
    const { hint } = (() => {
      try {
        return roomWorld({ dialect: undefined as never }) as never;
      } catch (error) {
        return error as { hint: string };
      }
    })();
    expect(hint).toBe('Pass a dialect, e.g. mediasoupV3().');
  });
});

describe.each([
  ['ProtooTransport', ProtooTransport],
  ['WebSocketTransport', WebSocketTransport],
])('new %s()', (_, Transport) => {
  it.each([undefined, null, {}, 'wss://sfu.example', { url: 5 }, { url: null }])(
    'throws invalidArgument for %o',
    (options) => {
      expect(() => new Transport(options as never)).toThrow(expect.objectContaining(invalid('url')));
    },
  );

  it.each(['wss://sfu.example', new URL('wss://sfu.example'), () => 'wss://sfu.example'])('takes the URL %o', (url) => {
    expect(new Transport({ url })).toBeInstanceOf(Transport);
  });
});

describe('options of a call', () => {
  it.each([null, 'camera', 5])('reject with invalidArgument where they are %o', async (options) => {
    const { room } = roomWorld();
    await expect(room.join(options as never)).rejects.toMatchObject(invalid('options'));
    await room.join();
    for (const call of [
      room.produce(fakeTrack('video'), options as never),
      room.produceData(options as never),
      room.enableCamera(options as never),
      room.enableMicrophone(options as never),
      room.enableScreenShare(options as never),
    ])
      await expect(call).rejects.toMatchObject(invalid('options'));
    expect([room.producers.size, room.dataProducers.size]).toEqual([0, 0]);
  });

  it('may include other fields of the app in join(), of any type', async () => {
    const { room } = roomWorld();
    const user = { displayName: 'Alice', profile: { id: 1 }, audio: 'on', reconnect: true, layers: 3 };
    await room.join({ ...user });
    expect(room.displayName).toBe('Alice');
  });
});
