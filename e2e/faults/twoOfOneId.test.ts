import { Room, type SignalingTransport, type TureenError, WebSocketTransport } from '@tureen/client';
import { FakeEngine, ManualClock } from '@tureen/client/testing';
import { type RunningServer, startServer } from '@tureen/server';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { dialectCases } from './dialectCases.ts';

/** Two rooms with one peer ID, e.g. two tabs or a component that mounts twice, against the real server in each dialect. */
let server: RunningServer;
/** Stock server, which closes replaced connections with 4000 and no reason. */
let stock: RunningServer;
let rooms = 0;

beforeAll(async () => {
  const settings = { port: 0, workers: 1, pingIntervalMs: 0, logLevel: 'silent' } as const;
  [server, stock] = await Promise.all([startServer(settings), startServer({ ...settings, demoFaithful: true })]);
});

afterAll(() => Promise.all([server.close(), stock.close()]));

/** Removes the reasons from close frames, which Tureen's server sends in every mode and a stock server does not. */
const withoutReasons = (beneath: SignalingTransport): SignalingTransport => ({
  connect: (options) =>
    beneath.connect({
      ...options,
      onClosed: ({ reason: _, ...closed }) => {
        options.onClosed(closed);
      },
    }),
});

function worldOf({ path, make }: (typeof dialectCases)[string], at = server) {
  const roomId = `two-${String(++rooms)}`;
  const open = (peerId: string) => {
    const { dialect, media } = make();
    const clock = new ManualClock();
    const webSocket = new WebSocketTransport({ url: `${at.url.replace(/^http/, 'ws')}/${path}` });
    const transport = at === stock ? withoutReasons(webSocket) : webSocket;
    const room = new Room({ roomId, peerId, dialect, transport, clock });
    const connects: string[] = [];
    room.on('reconnecting', ({ reason }) => connects.push(reason));
    return { room, media, clock, connects };
  };
  const isAlone = (room: Room, peerId: string) => {
    expect([...room.peers.keys()]).toEqual([peerId]);
    expect([...(at.registry.get(roomId)?.peers.keys() ?? [])].sort()).toEqual([peerId, room.peerId].sort());
  };
  return { open, isAlone, roomId };
}

const named = Object.entries(dialectCases).filter(([name]) => !name.includes(' '));
const codeOf = (error: unknown) => (error as TureenError).code;

describe.each(named)('%s', (_name, dialect) => {
  it('keeps the last room of a component that mounts twice with a new room each time', async () => {
    const { open, isAlone } = worldOf(dialect);
    const bob = open('bob');
    await bob.room.join();
    const first = open('alice');
    const mounted = first.room.join().catch(codeOf);
    void first.room.leave();
    const second = open('alice');
    await second.room.join();
    expect(await mounted).toBe('closed');
    expect([first.room.state, second.room.state]).toEqual(['left', 'joined']);
    if (!bob.room.peers.has('alice')) await bob.room.waitFor('newPeer');
    isAlone(bob.room, 'alice');
    expect(Object.values(first.media.counts).every((count) => count === 0)).toBe(true);
    expect(first.clock.pending).toBe(0);
    await Promise.all([second.room.leave(), bob.room.leave()]);
  });

  it('replaces the room of a component in a call that remounts with a new room', async () => {
    const { open, isAlone } = worldOf(dialect);
    const bob = open('bob');
    await bob.room.join();
    const first = open('alice');
    await first.room.join();
    const gone = bob.room.waitFor('peerClosed');
    void first.room.leave();
    const second = open('alice');
    await second.room.join();
    await gone;
    if (!bob.room.peers.has('alice')) await bob.room.waitFor('newPeer');
    isAlone(bob.room, 'alice');
    await Promise.all([second.room.leave(), bob.room.leave()]);
  });

  it('keeps one of two tabs, gives the other the reason, and reconnects neither', async () => {
    const { open, isAlone } = worldOf(dialect);
    const bob = open('bob');
    await bob.room.join();
    const [first, second] = [open('alice'), open('alice')];
    await first.room.join();
    const evicted = first.room.waitFor('left');
    const outcome = await second.room.join().then(() => 'joined', codeOf);
    if (outcome === 'joined') expect((await evicted).reason).not.toBe('left');
    else expect([outcome, first.room.state]).toEqual(['requestRefused', 'joined']);
    const [inside, outside] = outcome === 'joined' ? [second, first] : [first, second];
    expect(inside.room.state).toBe('joined');
    expect(['left', 'failed']).toContain(outside.room.state);
    expect([...first.connects, ...second.connects]).toEqual([]);
    expect([outside.clock.pending, Object.values(outside.media.counts).every((count) => count === 0)]).toEqual([
      0,
      true,
    ]);
    if (!bob.room.peers.has('alice')) await bob.room.waitFor('newPeer');
    isAlone(bob.room, 'alice');
    await Promise.all([inside.room.leave(), bob.room.leave()]);
  });
});

it('two tabs in mediasoup-v3 on a stock server replace each other at most once each after both lost their media', async () => {
  const dialect = dialectCases['mediasoup-v3'];
  if (dialect === undefined) throw new Error('dialect not found');
  const { open } = worldOf(dialect, stock);
  const tabs = [open('alice'), open('alice')] as const;
  const [first, second] = tabs;
  const loseMedia = ({ media }: typeof first) => {
    if (media instanceof FakeEngine)
      for (const transport of media.session.sendTransports) transport.setConnectionState('disconnected');
  };
  for (const { room, clock } of tabs)
    room.on('reconnecting', ({ delayMs }) => {
      setImmediate(() => {
        clock.advance(delayMs);
      });
    });
  const oneIsOut = Promise.race(
    tabs.map(async (tab) => {
      await tab.room.waitFor('left');
      return tab;
    }),
  );
  await first.room.join();
  loseMedia(first);
  await second.room.join();
  loseMedia(second);
  const outside = await oneIsOut;
  const inside = outside === first ? second : first;
  if (inside.room.state === 'reconnecting') await inside.room.waitFor('reconnected');
  expect([inside.room.state, outside.room.state]).toEqual(['joined', 'left']);
  expect(first.connects).toHaveLength(1);
  expect(second.connects.length).toBeLessThanOrEqual(1);
  expect(outside.clock.pending).toBe(0);
  await inside.room.leave();
});
