import { describe, expect, it } from 'vitest';
import { fakeTrack, roomWorld } from '@tureen/testkit/scripted/roomWorld';
import { whenDisconnected, whenRead } from '@tureen/testkit/scripted/waits';
import { inCall } from '../../test-support/roomInCall.ts';

describe('leave()', () => {
  it('tells the server, closes everything, then says left; consumers before their peers', async () => {
    const { room, server, engine, clock, said, track } = await inCall();
    const owned = fakeTrack('audio');
    await room.produce(owned, { ownership: 'owned' });
    said.length = 0;
    await room.leave();
    expect(server.methods().at(-1)).toBe('leaveRoom');
    expect(said.map((line) => line.split(' ')[0])).toEqual([
      'stateChanged',
      'producerClosed',
      'producerClosed',
      'consumerClosed',
      'peerClosed',
      'peerClosed',
      'left',
    ]);
    expect(track.readyState).toBe('live');
    expect(owned.readyState).toBe('ended');
    expect(engine.counts).toMatchObject({ sessions: 0, producers: 0, consumers: 0, waiting: 0 });
    expect(server.connection.closed).toBe(true);
    expect(clock.pending).toBe(0);
    expect(room.peers.size + room.consumers.size + room.producers.size).toBe(0);
  });

  it('says leaveCall to a server that knows that name only', async () => {
    const { room, server } = await inCall();
    server.on('leaveRoom', () => {
      throw new Error('unknown request.method "leaveRoom"');
    });
    await room.leave();
    expect(server.methods()).toEqual(['leaveRoom', 'leaveCall']);
  });

  it('waits for a silent server one second and no longer', async () => {
    const { room, server, clock } = await inCall();
    server.on('leaveRoom', () => new Promise(() => {}));
    const left = room.leave();
    expect(room.state).toBe('left');
    await server.sent('leaveRoom');
    clock.advance(1000);
    await left;
    expect(server.connection.closed).toBe(true);
    expect(clock.pending).toBe(0);
  });

  it('resolves when the server hangs up instead of answering', async () => {
    const { room, server, clock } = await inCall();
    server.on('leaveRoom', () => {
      server.drop({ by: 'server', code: 4000 });
      return new Promise(() => {});
    });
    await room.leave();
    expect(room.state).toBe('left');
    expect(clock.pending).toBe(0);
  });

  it('does nothing twice, nor when not joined', async () => {
    const { room, said, server } = await inCall();
    await Promise.all([room.leave(), room.leave()]);
    await room.leave();
    expect(said.filter((line) => line.startsWith('left'))).toHaveLength(1);
    expect(server.methods().filter((method) => method === 'leaveRoom')).toHaveLength(1);
    const fresh = roomWorld();
    await fresh.room.leave();
    expect(fresh.room.state).toBe('idle');
  });

  it('rejects what waits with closed', async () => {
    const { room, server, consumer } = await inCall();
    server.on('pauseConsumer', () => new Promise(() => {}));
    const pausing = expect(consumer.pause()).rejects.toMatchObject({ code: 'closed' });
    expect(await consumer.getServerStats()).toEqual([{ type: 'getConsumerStats', timestamp: 1 }]);
    await room.leave();
    await pausing;
  });
});

describe('the server closes', () => {
  it('by roomClosed: told with its reason, then left, and nobody comes back', async () => {
    const { room, server, said, engine, clock } = await inCall();
    server.notify('roomClosed', { reason: 'kicked', appData: { why: 'spam' } });
    server.drop({ by: 'server', code: 4000 });
    await said.reaches(1);
    expect(said[0]).toBe('roomClosed kicked');
    expect(said).toContain('stateChanged left kicked');
    expect(said.at(-1)).toBe('left kicked');
    expect(said.filter((line) => line.startsWith('left'))).toHaveLength(1);
    expect(room.state).toBe('left');
    expect(engine.counts.sessions).toBe(0);
    expect(clock.pending).toBe(0);
  });

  it('between two requests of a join, and join() rejects with the reason', async () => {
    const { room, server } = roomWorld();
    let transports = 0;
    server.on('createWebRtcTransport', (data) => {
      if (++transports === 2)
        queueMicrotask(() => {
          queueMicrotask(() => {
            server.drop({ by: 'server', code: 4000, reason: 'kicked: spam' });
          });
        });
      return server.answerOf('createWebRtcTransport', data);
    });
    const error = { code: 'closedByServer', reason: 'kicked', closeCode: 4000, retryable: false };
    await expect(room.join()).rejects.toMatchObject(error);
    expect(server.methods()).not.toContain('join');
  });

  it.each(['roomClosed', 'transportClosed'] as const)(
    'leaves the room alone that a listener of %s has joined meanwhile',
    async (event) => {
      const { room, server, said } = await inCall();
      room.on(event, () => {
        void room.leave();
        void room.join();
      });
      await whenRead(room, () => {
        server.notify(event, { reason: 'roomClosed', transportId: 'send-1' });
      });
      expect(room.state).toBe('joined');
      expect(said.filter((line) => line.startsWith('left'))).toEqual(['left left']);
    },
  );

  it.each([
    ['kicked: spam', { reason: 'kicked', detail: 'spam' }],
    ['replaced', { reason: 'replaced' }],
    ['Peer closed: bye', { reason: 'closedByServer', detail: 'Peer closed: bye' }],
  ])('leaves with the word of the close frame %o, and keeps its text', async (reason, payload) => {
    const { room, server } = await inCall();
    const left = room.waitFor('left');
    server.drop({ by: 'server', code: 4000, reason });
    expect(await left).toEqual(payload);
  });

  it('keeps a word of another server, and its text, as the detail of roomClosed and left', async () => {
    const { room, server } = await inCall();
    const ended = Promise.all([room.waitFor('roomClosed'), room.waitFor('left')]);
    server.notify('roomClosed', { reason: 'maintenance', detail: 'back at noon', appData: { a: 1 } });
    const ending = { reason: 'closedByServer', detail: 'maintenance: back at noon' };
    expect(await ended).toEqual([{ ...ending, appData: { a: 1 } }, ending]);
  });

  it('rejects what waits with the code, the reason and the text of the close frame', async () => {
    const { server, consumer } = await inCall();
    server.on('getConsumerStats', () => new Promise(() => {}));
    const asked = server.got('getConsumerStats');
    const stats = consumer.getServerStats();
    await asked;
    server.drop({ by: 'network', code: 1012, reason: 'shuttingDown: back soon' });
    await expect(stats).rejects.toMatchObject({
      code: 'connectionLost',
      reason: 'shuttingDown',
      closeCode: 1012,
      retryable: true,
      message: "the connection closed while 'getConsumerStats' waited: shuttingDown: back soon",
    });
  });

  it('by close code 4000 alone: left, closedByServer', async () => {
    const { room, server, said, clock } = await inCall();
    await whenDisconnected(room, () => {
      server.drop({ by: 'server', code: 4000 });
    });
    expect(said.at(-1)).toBe('left closedByServer');
    expect(room.state).toBe('left');
    expect(clock.pending).toBe(0);
  });
});
