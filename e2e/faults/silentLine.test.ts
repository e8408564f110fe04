import { ProtooTransport, Room, type RoomOptions, type TraceEntry } from '@tureen/client';
import { ManualClock } from '@tureen/client/testing';
import { type RunningServer, startServer } from '@tureen/server';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { whenAnswered } from '@tureen/testkit/scripted/waits';
import { TcpRelay } from '../relays/TcpRelay.ts';
import { dialectCases } from './dialectCases.ts';

/** A connection that ends without FIN or reset, with a real server and a real socket. The client's clock is manual. */

let server: RunningServer;
let rooms = 0;

beforeAll(async () => {
  // Without pings the server does not notice either. Only the client does.
  server = await startServer({ port: 0, workers: 1, logLevel: 'silent', pingIntervalMs: 0 });
});

afterAll(() => server.close());

describe.each(Object.entries(dialectCases))('Silent connection in %s', (_name, { path, make }) => {
  async function joined(options: Partial<RoomOptions> = {}) {
    const relay = await TcpRelay.open({ port: Number(new URL(server.url).port) });
    const clock = new ManualClock();
    const room = new Room({
      roomId: `silent-${++rooms}`,
      peerId: 'alice',
      dialect: make().dialect,
      transport: new ProtooTransport({ url: `ws://127.0.0.1:${relay.port}/${path}` }),
      clock,
      reconnectPolicy: () => 0,
      ...options,
    });
    const entries: TraceEntry[] = [];
    const listeners = new Set<(entry: TraceEntry) => void>();
    room.trace((entry) => {
      entries.push(entry);
      for (const listener of listeners) listener(entry);
    });
    /** Resolves with the next message of a kind. */
    const crossing = (direction: TraceEntry['direction'], kind: TraceEntry['kind']) =>
      new Promise<TraceEntry>((resolve) => {
        const listener = (entry: TraceEntry) => {
          if (entry.direction !== direction || entry.kind !== kind) return;
          listeners.delete(listener);
          resolve(entry);
        };
        listeners.add(listener);
      });
    await room.join();
    const microphone = await room.produce(track(), { source: 'microphone' });
    const end = async () => {
      await room.leave();
      await relay.close();
    };
    return { room, relay, clock, microphone, entries, crossing, end };
  }

  it('is closed within 15 s, and the room resumes', async () => {
    const { room, relay, clock, microphone, end } = await joined();
    const { id } = microphone;
    relay.freeze();
    clock.advance(14_999);
    expect(room.state).toBe('joined');
    const back = room.waitFor('reconnected');
    clock.advance(1);
    expect(room.state).toBe('reconnecting');
    clock.advance(0);
    expect(await back).toEqual({ resumed: true });
    expect(microphone.id).toBe(id);
    expect(relay.connections).toBe(2);
    await end();
  });

  it('is closed within 5 s after a request timed out', async () => {
    const { room, relay, clock, microphone, crossing, end } = await joined({ requestTimeoutMs: 2000 });
    relay.freeze();
    const { id } = microphone;
    const sent = crossing('out', 'request');
    // Push-pull sends texts as notifications, which have no timeout.
    const asked = path === 'push-pull' ? room.produce(track(), { source: 'second' }) : room.sendText('hello');
    const failed = expect(asked).rejects.toMatchObject({ code: 'requestTimeout', retryable: true });
    await sent;
    clock.advance(2000);
    await failed;
    const back = room.waitFor('reconnected');
    if (room.state === 'joined') {
      clock.advance(5000);
      expect(room.state).toBe('reconnecting');
    }
    clock.advance(0);
    expect(await back).toEqual({ resumed: true });
    expect(microphone.id).toBe(id);
    await end();
  });

  it('is kept while the server responds to each probe', async () => {
    const { room, relay, clock, entries, end } = await joined();
    entries.length = 0;
    for (let minute = 0; minute < 6; minute += 1) {
      await whenAnswered(room, null, () => {
        clock.advance(10_000);
      });
    }
    expect(room.state).toBe('joined');
    expect(relay.connections).toBe(1);
    expect(entries.filter(({ direction, kind }) => direction === 'out' && kind === 'request')).toHaveLength(6);
    await end();
  });
});

function track(): MediaStreamTrack {
  const fields = { kind: 'audio', id: 'audio', readyState: 'live', enabled: true, stop() {}, getSettings: () => ({}) };
  return Object.assign(new EventTarget(), fields) as unknown as MediaStreamTrack;
}
