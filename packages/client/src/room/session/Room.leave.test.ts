import { describe, expect, it } from 'vitest';
import { fakeTrack, roomWorld } from '@tureen/testkit/scripted/roomWorld';
import { whenDisconnected, whenRead } from '@tureen/testkit/scripted/waits';
import { ScriptedServer } from '@tureen/testkit/scripted/ScriptedServer';
import { mediasoupV3 } from '../../entries/mediasoupV3.ts';
import { FakeEngine } from '../../media/fake/FakeEngine.ts';
import type { SignalingTransport } from '../../signaling/SignalingTransport.ts';
import type { Dialect } from '../DialectPort.ts';
import { inCall } from '../../test-support/roomInCall.ts';

describe('leave()', () => {
  it('sends leaveRoom, closes all entities, consumers before their peers, and emits left last', async () => {
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

  it('sends leaveCall to a server that does not know leaveRoom', async () => {
    const { room, server } = await inCall();
    server.on('leaveRoom', () => {
      throw new Error('unknown request.method "leaveRoom"');
    });
    await room.leave();
    expect(server.methods()).toEqual(['leaveRoom', 'leaveCall']);
  });

  it('waits one second at most for a server that does not respond', async () => {
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

  it('resolves when the server closes the connection instead of responding', async () => {
    const { room, server, clock } = await inCall();
    server.on('leaveRoom', () => {
      server.drop({ by: 'server', code: 4000 });
      return new Promise(() => {});
    });
    await room.leave();
    expect(room.state).toBe('left');
    expect(clock.pending).toBe(0);
  });

  it('does nothing when called twice or when not joined', async () => {
    const { room, said, server } = await inCall();
    await Promise.all([room.leave(), room.leave()]);
    await room.leave();
    expect(said.filter((line) => line.startsWith('left'))).toHaveLength(1);
    expect(server.methods().filter((method) => method === 'leaveRoom')).toHaveLength(1);
    const fresh = roomWorld();
    await fresh.room.leave();
    expect(fresh.room.state).toBe('idle');
  });

  it('emits left, and does not reconnect, when the transport reports the end while leaveRoom is sent', async () => {
    const server = new ScriptedServer();
    const transport: SignalingTransport = {
      connect: async (options) => {
        const connection = await server.transport.connect(options);
        return {
          send: (frame) => {
            if (frame.kind === 'request' && frame.method === 'leaveRoom') options.onClosed({ by: 'network' });
            return connection.send(frame);
          },
          close: () => {
            connection.close();
          },
        };
      },
    };
    const { room, said } = roomWorld({ transport });
    await room.join();
    said.length = 0;
    await room.leave();
    expect([...said]).toEqual(['stateChanged left leave() was called', 'left left']);
  });

  it('leaves although the dialect of an app throws', async () => {
    const dialect = mediasoupV3({ engine: new FakeEngine() });
    const throwing: Dialect = {
      name: dialect.name,
      capabilities: dialect.capabilities,
      connectParams: (...given) => dialect.connectParams(...given),
      open: (context) =>
        Object.assign(dialect.open(context), {
          leave: () => {
            throw new Error('no');
          },
        }),
    };
    const { room, server, clock } = roomWorld({ dialect: throwing });
    await room.join();
    await room.leave();
    expect([room.state, server.connection.closed, clock.pending]).toEqual(['left', true, 0]);
  });

  it('rejects pending calls with closed', async () => {
    const { room, server, consumer } = await inCall();
    server.on('pauseConsumer', () => new Promise(() => {}));
    const pausing = expect(consumer.pause()).rejects.toMatchObject({ code: 'closed' });
    expect(await consumer.getServerStats()).toEqual([{ type: 'getConsumerStats', timestamp: 1 }]);
    await room.leave();
    await pausing;
  });
});

describe('a room that the server closes', () => {
  it('emits roomClosed with the reason, then left, and does not reconnect', async () => {
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

  it('rejects join() with the reason when the server closes between two requests of the join', async () => {
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
    'stays joined when a listener of %s has left and joined again',
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
  ])('emits left with the reason and the text of the close frame %o', async (reason, payload) => {
    const { room, server } = await inCall();
    const left = room.waitFor('left');
    server.drop({ by: 'server', code: 4000, reason });
    expect(await left).toEqual(payload);
  });

  it('emits roomClosed and left with an unknown reason and its text as the detail', async () => {
    const { room, server } = await inCall();
    const ended = Promise.all([room.waitFor('roomClosed'), room.waitFor('left')]);
    server.notify('roomClosed', { reason: 'maintenance', detail: 'back at noon', appData: { a: 1 } });
    const ending = { reason: 'closedByServer', detail: 'maintenance: back at noon' };
    expect(await ended).toEqual([{ ...ending, appData: { a: 1 } }, ending]);
  });

  it('rejects pending requests with the code, the reason and the text of the close frame', async () => {
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

  it('emits left with closedByServer for close code 4000 without a reason', async () => {
    const { room, server, said, clock } = await inCall();
    await whenDisconnected(room, () => {
      server.drop({ by: 'server', code: 4000 });
    });
    expect(said.at(-1)).toBe('left closedByServer');
    expect(room.state).toBe('left');
    expect(clock.pending).toBe(0);
  });
});
