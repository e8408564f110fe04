import { describe, expect, it } from 'vitest';
import { fakeTrack, pass, roomWorld } from '@tureen/testkit/scripted/roomWorld';
import { whenDisconnected, whenRead } from '@tureen/testkit/scripted/waits';

const never = () => new Promise(() => {});
const probe = 'getRouterRtpCapabilities';

async function joined(options: Parameters<typeof roomWorld>[0] = {}) {
  const world = roomWorld(options);
  await world.room.join();
  world.said.length = 0;
  world.server.received.length = 0;
  return world;
}

describe('a joined room', () => {
  it('probes once in 10 s without a message, and stays joined while the server responds', async () => {
    const { room, server, clock, said } = await joined();
    await pass(clock, 60_000);
    expect(server.methods()).toEqual(Array.from({ length: 6 }, () => probe));
    expect([room.state, said]).toEqual(['joined', []]);
  });

  it('sends no probe while notifications arrive, known or unknown', async () => {
    const { room, server, clock } = await joined();
    for (let count = 0; count < 10; count += 1) {
      await pass(clock, 9000);
      await whenRead(room, () => {
        server.notify(count % 2 === 0 ? 'activeSpeaker' : 'somethingNew', {});
      });
    }
    expect(server.methods()).toEqual([]);
  });

  it('reconnects 15 s after the last message', async () => {
    const { room, server, clock, said } = await joined();
    server.on(probe, never);
    await pass(clock, 3000);
    await whenRead(room, () => {
      server.notify('activeSpeaker', {});
    });
    said.length = 0;
    await pass(clock, 14_000);
    expect(said).toEqual([]);
    await pass(clock, 1000);
    expect(said[0]).toBe('stateChanged reconnecting the connection is dead');
    await room.leave();
    expect(clock.pending).toBe(0);
  });

  it('stays connected to a server that responds slowly and sends notifications', async () => {
    const { room, server, clock } = await joined();
    for (const method of [probe, 'produce']) server.on(method, never);
    const slow = room.produce(fakeTrack('audio')).catch((error: unknown) => error);
    for (let count = 0; count < 6; count += 1) {
      await pass(clock, 3000);
      await whenRead(room, () => {
        server.notify('activeSpeaker', {});
      });
    }
    expect(room.state).toBe('joined');
    await room.leave();
    await slow;
  });

  it('stays connected to a server that responds to other requests than the slow one', async () => {
    const { room, server, clock } = await joined({ requestTimeoutMs: 8000 });
    server.on('getTransportStats', never);
    const slow = expect(room.stats.getServer('send')).rejects.toMatchObject({ code: 'requestTimeout' });
    await pass(clock, 8000);
    await slow;
    // The room probes at once after the request timed out.
    expect(server.methods()).toEqual(['getTransportStats', probe]);
    await pass(clock, 6000);
    expect(room.state).toBe('joined');
  });

  it('reconnects 5 s after a request timed out when nothing at all arrives', async () => {
    const { room, server, clock } = await joined({ requestTimeoutMs: 3000 });
    server.on('getTransportStats', never).on(probe, never);
    const slow = expect(room.stats.getServer('send')).rejects.toMatchObject({ code: 'requestTimeout' });
    await pass(clock, 3000);
    await slow;
    await pass(clock, 4000);
    expect(room.state).toBe('joined');
    await pass(clock, 1000);
    expect(room.state).toBe('reconnecting');
    await room.leave();
  });

  it('checks the connection after a reconnect too, and not during a reconnect', async () => {
    const { room, server, clock } = await joined();
    await whenDisconnected(room, () => {
      server.drop();
    });
    // Only the retry is pending.
    expect(clock.pending).toBe(1);
    await pass(clock, 100);
    expect(room.state).toBe('joined');
    server.on(probe, never);
    await pass(clock, 15_000);
    expect(room.state).toBe('reconnecting');
    await room.leave();
    expect(clock.pending).toBe(0);
  });
});

describe('a joined room with an unanswered probe', () => {
  it('sends no second probe while notifications arrive', async () => {
    const { room, server, clock } = await joined();
    server.on(probe, never);
    await pass(clock, 10_000);
    expect(server.methods()).toEqual([probe]);
    for (let count = 0; count < 10; count += 1) {
      await pass(clock, 3000);
      await whenRead(room, () => {
        server.notify('activeSpeaker', {});
      });
    }
    expect(server.methods()).toEqual([probe]);
    expect(room.state).toBe('joined');
  });
});
