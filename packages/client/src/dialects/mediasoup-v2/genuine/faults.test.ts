import { FakeMediaStreamTrack } from 'fake-mediastreamtrack';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { RoomEvents } from '../../../room/events.ts';
import { GenuineServer } from '@tureen/testkit/genuine-v2/GenuineServer';
import { GenuineSubject } from '@tureen/testkit/genuine-v2/GenuineSubject';
import { TureenSubject, type TureenSubjectOptions } from '@tureen/testkit/genuine-v2/TureenSubject';

/** Opens a call of Bob, a genuine client that sends audio and video, and Alice, a Tureen client. */
async function call(options: TureenSubjectOptions & { server?: GenuineServer } = {}) {
  const { server = new GenuineServer() } = options;
  const bob = new GenuineSubject(server, 'bob');
  await bob.join();
  await bob.publish('audio');
  await bob.publish('video', { simulcast: true });
  const alice = new TureenSubject(server, 'alice', options);
  const said: string[] = [];
  const hear = (event: keyof RoomEvents) =>
    alice.room.on(event, (payload: object) =>
      said.push(`${event} ${JSON.stringify(payload, ['direction', 'reason'])}`),
    );
  for (const event of ['transportClosed', 'roomClosed', 'left', 'reconnecting'] as const) hear(event);
  await alice.join();
  await server.exchangesDone();
  const said2 = (name: string, from: 'client' | 'server') =>
    server
      .framesOf(name)
      .filter((frame) => frame.from === from && frame.kind !== 'response')
      .map(({ method }) => method);
  return { server, bob, alice, said, methods: said2 };
}

describe('the genuine mediasoup 2 server', () => {
  it('hides a spy from other peers, and refuses its producers', async () => {
    const { server, alice, methods } = await call({ dialect: { spy: true } });
    expect(methods('bob', 'server')).toEqual([]);
    expect(alice.room.consumers.size).toBe(2);
    expect(methods('alice', 'client')).toContain('enableConsumer');
    await expect(alice.room.produce(new FakeMediaStreamTrack({ kind: 'audio' }))).rejects.toMatchObject({
      code: 'unsupported',
    });
    alice.leave();
    await server.exchangesDone();
    expect(methods('bob', 'server')).toEqual([]);
    expect(server.room.peers.map(({ name }) => name)).toEqual(['bob']);
  });

  it('receives nothing after leave, although listeners close entities then', async () => {
    const { server, alice, methods } = await call();
    const audio = await alice.room.produce(new FakeMediaStreamTrack({ kind: 'audio' }), { source: 'microphone' });
    const video = await alice.room.produce(new FakeMediaStreamTrack({ kind: 'video' }), { source: 'camera' });
    const [consumer] = alice.room.consumers.values();
    audio.on('closed', () => {
      void video.close();
      void consumer?.pause().catch(() => {});
      void consumer?.close().catch(() => {});
    });
    const refused: unknown[] = [];
    const peer = server.peer('alice');
    const { receiveNotification } = peer;
    peer.receiveNotification = (notification) =>
      receiveNotification.call(peer, notification).catch((error: unknown) => void refused.push(String(error)));
    alice.leave();
    await server.exchangesDone();
    expect(methods('alice', 'client').at(-1)).toBe('leave');
    expect(refused).toEqual([]);
    expect(alice.failures).toEqual([]);
  });

  it('refuses a peer name in use with its own message, and keeps the first peer', async () => {
    const { server, bob } = await call();
    const second = new TureenSubject(server, 'bob');
    await expect(second.join()).rejects.toMatchObject({
      code: 'requestRefused',
      method: 'join',
      message: expect.stringContaining('duplicated Peer [peerName:"bob"]'),
    });
    expect(server.room.peers.map(({ name }) => name)).toEqual(['bob', 'alice']);
    bob.setProducerPaused('video', true);
    await server.exchangesDone();
    expect(server.framesOf('alice').at(-1)).toMatchObject({ method: 'consumerPaused' });
  });

  it('accepts a leave and another join', async () => {
    const { alice, server } = await call();
    alice.leave();
    await server.exchangesDone();
    await alice.join();
    await server.exchangesDone();
    const joins = server.framesOf('alice').filter(({ kind, method }) => kind === 'request' && method === 'join');
    expect(joins).toHaveLength(2);
    expect(alice.room.consumers.size).toBe(2);
    const ids = server
      .framesOf('alice')
      .filter(({ kind, method }) => kind === 'request' && method === 'createTransport')
      .map(({ payload }) => (payload as { id: number }).id);
    expect(new Set(ids).size).toBe(ids.length);
  });

  it('refuses an id in use: the client uses another one', async () => {
    const server = new GenuineServer({ inOrder: true });
    const { alice } = await call({ server });
    alice.leave();
    await server.exchangesDone();
    const [taken] = server.peer('bob').transports as unknown as { id: number }[];
    const frames = server.framesOf('alice');
    const before = frames.length;
    // The first number drawn for the next attempt is one of Bob's.
    const random = vi.spyOn(Math, 'random').mockReturnValueOnce((Number(taken?.id) - 10_000_000 + 0.5) / 90_000_000);
    await alice.join();
    await server.exchangesDone();
    random.mockRestore();
    const refused = frames.slice(before).filter(({ payload }) => 'refused' in Object(payload));
    expect(refused).toMatchObject([
      { method: 'createTransport', payload: { refused: expect.stringContaining(`already exists`) } },
    ]);
    expect(alice.room.state).toBe('joined');
    await alice.publish('audio');
    expect(server.peer('alice').producers).toHaveLength(1);
  });

  it('closes a transport: the room rejoins, and produces again', async () => {
    const { server, alice, said, methods } = await call({ room: { reconnectPolicy: () => 0 } });
    await alice.publish('audio');
    await server.exchangesDone();
    const back = alice.room.waitFor('reconnected');
    const sending = server.peer('alice').transports.find(({ direction }) => direction === 'send');
    sending?.close({ why: 'maintenance' });
    await back;
    await server.exchangesDone();
    expect(said[0]).toMatch(/^transportClosed .*"send"/);
    expect(methods('bob', 'server').slice(-3)).toEqual(['peerClosed', 'newPeer', 'newConsumer']);
    expect(alice.room.state).toBe('joined');
    expect(alice.room.consumers.size).toBe(2);
    expect(alice.failures).toEqual([]);
  });

  it('sends notifications of unknown entities: the room stays usable', async () => {
    const { server, alice } = await call();
    const peer = server.peer('alice') as unknown as { _sendNotification(method: string, data: object): void };
    for (const [method, data] of [
      ['consumerPaused', { id: 12345678, peerName: 'bob' }],
      ['consumerClosed', { id: 12345678, peerName: 'stranger' }],
      ['producerClosed', { id: 12345678 }],
      ['transportClosed', { id: 12345678 }],
      ['peerClosed', { name: 'stranger' }],
      ['newPeer', {}],
      ['newConsumer', { id: 'x' }],
      ['consumerStats', { id: 12345678, stats: [] }],
      ['whatever', {}],
    ] as const)
      peer._sendNotification(method, data);
    await server.exchangesDone();
    expect(alice.failures).toEqual([]);
    await alice.publish('audio');
    expect(server.peer('alice').producers).toHaveLength(1);
    expect(alice.room.state).toBe('joined');
  });
});

describe('server statistics of the genuine server', () => {
  beforeEach(() => {
    vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] });
  });
  afterEach(() => {
    vi.useRealTimers();
  });

  it('arrive at each interval, until disabled', async () => {
    const { alice, server } = await call();
    const [consumer] = [...alice.room.consumers.values()];
    let times = 0;
    consumer?.on('stats', () => times++);
    consumer?.enableStats({ intervalMs: 2000 });
    await server.exchangesDone();
    expect(times).toBe(1);
    for (let tick = 2; tick <= 4; tick++) {
      vi.advanceTimersByTime(2000);
      await server.exchangesDone();
      expect(times).toBe(tick);
    }
    consumer?.disableStats();
    await server.exchangesDone();
    vi.advanceTimersByTime(10_000);
    await server.exchangesDone();
    expect(times).toBe(4);
    expect(vi.getTimerCount()).toBe(0);
  });

  it('arrive once for a single request', async () => {
    const { alice, server } = await call();
    const [consumer] = [...alice.room.consumers.values()];
    expect(await consumer?.getServerStats()).toEqual([{ type: 'consumer.getStats', timestamp: 1 }]);
    await server.exchangesDone();
    expect(vi.getTimerCount()).toBe(0);
  });
});
