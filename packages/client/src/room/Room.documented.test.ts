import { describe, expect, it } from 'vitest';
import { routerRtpCapabilities } from '@tureen/testkit/scripted/ScriptedServer';
import { roomWorld } from '@tureen/testkit/scripted/roomWorld';
import { whenAnswered, whenDisconnected } from '@tureen/testkit/scripted/waits';
import { inCall } from '../test-support/roomInCall.ts';

// Statements of the task pages in `docs/` that no test of a single part covers.

describe('Consumer.close()', () => {
  it('closes the object permanently: a rejoin announces the track as a new consumer', async () => {
    const { room, server, clock, consumer } = await inCall();
    await consumer.close();
    await whenDisconnected(room, () => {
      server.drop();
    });
    const back = room.waitFor('reconnected');
    clock.advance(100);
    await back;

    const announced = room.waitFor('newConsumer');
    await server.offer('c7', { peerId: 'bob', producerId: 'bobs-camera' });

    const { consumer: next } = await announced;
    expect(next).not.toBe(consumer);
    expect(next).toMatchObject({ id: 'c7', closed: false });
    expect(consumer.closed).toBe(true);
  });
});

describe('Room.setDisplayName()', () => {
  it('rejects with invalidState before join() and after leave()', async () => {
    const { room } = roomWorld();
    await expect(room.setDisplayName('Alice')).rejects.toMatchObject({ code: 'invalidState' });

    await room.join();
    await room.leave();

    await expect(room.setDisplayName('Alice')).rejects.toMatchObject({ code: 'invalidState' });
  });

  it('sends the name with the join request when the app calls it while the room connects', async () => {
    const { room, server } = roomWorld();
    const joined = room.join({ displayName: 'Alice' });
    await Promise.all([joined, room.setDisplayName('Alice II')]);

    expect(room.displayName).toBe('Alice II');
    expect(server.received.filter(({ method }) => method === 'join')).toMatchObject([
      { data: { displayName: 'Alice II' } },
    ]);
  });
});

describe('Room.join()', () => {
  it('rejects with invalidState while the room reconnects', async () => {
    const { room, server } = await inCall();
    await whenDisconnected(room, () => {
      server.drop();
    });

    await expect(room.join()).rejects.toMatchObject({ code: 'invalidState' });
    expect(room.state).toBe('reconnecting');
  });
});

describe('a room that reconnects', () => {
  it('tries again while the server is full, and joins when a place is free', async () => {
    const { room, server, clock, said } = await inCall();
    await whenDisconnected(room, () => {
      server.drop();
    });
    let isFull = true;
    server.on('getRouterRtpCapabilities', () => {
      if (isFull) server.drop({ by: 'server', code: 4000, reason: 'roomFull: the room is full' });
      return routerRtpCapabilities;
    });
    const refused = room.waitFor('reconnecting', { where: ({ attempt }) => attempt === 2 });
    clock.advance(100);
    await refused;
    expect(room.state).toBe('reconnecting');

    isFull = false;
    const back = room.waitFor('reconnected');
    await whenAnswered(room, 'produce', () => {
      clock.advance(200);
    });
    await back;
    expect(said.filter((line) => line.startsWith('left'))).toEqual([]);
  });
});
