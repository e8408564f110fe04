import { describe, expect, it } from 'vitest';
import { TureenError } from '../../shared/errors.ts';
import { expectUnchanged } from '@tureen/testkit/expectUnchanged';
import { fakeTrack, joinedTimers } from '@tureen/testkit/scripted/roomWorld';
import { whenAnswered, whenDisconnected } from '@tureen/testkit/scripted/waits';
import { inCall } from '../../test-support/roomInCall.ts';

describe('a room whose connection drops', () => {
  it('reconnects, keeps its objects, and emits only changes', async () => {
    const { room, server, said, clock, consumer, producer, engine, track } = await inCall();
    const [bob, oldTrack, oldId] = [room.peers.get('bob'), consumer.track, producer.id];
    server.peers = [{ id: 'bob', displayName: 'Robert' }, { id: 'dave' }];
    await whenDisconnected(room, () => {
      server.drop();
    });
    expect(room.state).toBe('reconnecting');
    expect(said).toEqual([
      'stateChanged reconnecting the connection dropped',
      'reconnecting attempt=1 delayMs=100 the connection dropped',
    ]);
    expect(consumer.track).toBe(oldTrack);
    said.length = 0;
    const back = room.waitFor('reconnected');
    clock.advance(100);
    await back;
    await said.reaches(5);
    expect(said).toEqual([
      'stateChanged joined the join was accepted',
      'peerClosed carol notRestored',
      'peerDisplayNameChanged bob Bob',
      'newPeer dave existing=true',
      'reconnected false',
    ]);
    expect(room.peers.get('bob')).toBe(bob);
    expect(producer.id).not.toBe(oldId);
    expect(producer.track).toBe(track);
    expect(server.methods().filter((method) => method === 'produce')).toHaveLength(1);
    const changed = new Promise((resolve) => consumer.once('trackChanged', resolve));
    await server.offer('c7', { peerId: 'bob', producerId: 'bobs-camera' });
    await changed;
    expect(consumer).toMatchObject({ id: 'c7', closed: false });
    expect(room.consumers.get('c7')).toBe(consumer);
    expect(room.consumers.size).toBe(1);
    expect(bob?.consumers.get('c7')).toBe(consumer);
    expect(said.filter((line) => line.startsWith('newConsumer'))).toEqual([]);
    expect(engine.counts).toMatchObject({ sessions: 1, producers: 1, consumers: 1 });
    clock.advance(5000);
    expect(consumer.closed).toBe(false);
  });

  it('restores a paused consumer after a second drop that interrupts its restoration', async () => {
    const { room, server, said, clock, consumer, engine } = await inCall();
    await consumer.pause();
    const reconnect = async () => {
      await whenDisconnected(room, () => {
        server.drop();
      });
      const back = room.waitFor('reconnected');
      clock.advance(100);
      await back;
    };
    await reconnect();
    // The connection is closing, and has not reported that yet.
    engine.failNext('consume', new TureenError('connectionLost', 'not connected'));
    void server.offer('c7', { peerId: 'bob', producerId: 'bobs-camera' }).catch(() => undefined);
    await expectUnchanged(() => said.filter((line) => line.startsWith('requestFailed')), []);
    await reconnect();
    const changed = new Promise((resolve) => consumer.once('trackChanged', resolve));
    await server.offer('c8', { peerId: 'bob', producerId: 'bobs-camera' });
    await changed;
    expect(consumer).toMatchObject({ id: 'c8', closed: false, localPaused: true });
    expect(room.consumers.size).toBe(1);
  });

  it('restores the consumer of a peer that also reconnected, for its new producer', async () => {
    const { room, server, clock, consumer, said } = await inCall();
    await whenDisconnected(room, () => {
      server.drop();
    });
    const back = room.waitFor('reconnected');
    clock.advance(100);
    await back;
    said.length = 0;
    await server.offer('c8', { peerId: 'bob', producerId: 'bobs-new-camera' });
    expect(consumer).toMatchObject({ id: 'c8', producerId: 'bobs-new-camera', closed: false });
    await server.offer('c9', { peerId: 'bob', producerId: 'bobs-second-camera' });
    expect(said).toEqual(['newConsumer c9 bob']);
    expect(room.consumers.size).toBe(2);
  });

  it('refuses statistics of a consumer that is not restored yet with invalidState', async () => {
    const { room, server, clock, consumer } = await inCall();
    await whenDisconnected(room, () => {
      server.drop();
    });
    const back = room.waitFor('reconnected');
    clock.advance(100);
    await back;
    await expect(consumer.getStats()).rejects.toMatchObject({ code: 'invalidState' });
    await server.offer('c7', { peerId: 'bob', producerId: 'bobs-camera' });
    expect(await consumer.getStats()).toBeInstanceOf(Map);
  });

  it('closes a consumer that the server does not offer again within 5 s', async () => {
    const { room, server, clock, consumer, said } = await inCall();
    await whenDisconnected(room, () => {
      server.drop();
    });
    const back = room.waitFor('reconnected');
    await whenAnswered(room, 'produce', () => {
      clock.advance(100);
    });
    await back;
    said.length = 0;
    clock.advance(5000);
    expect(said).toEqual(['consumerClosed c1 notRestored']);
    expect(consumer.closed).toBe(true);
    expect(clock.pending).toBe(joinedTimers);
  });

  it('applies settings made while reconnecting after the reconnect, and rejects requests', async () => {
    const { room, server, clock, consumer, producer } = await inCall();
    await whenDisconnected(room, () => {
      server.drop();
    });
    const changes = [
      producer.pause(),
      room.setDisplayName('Alice II'),
      consumer.setPreferredLayers({ spatialLayer: 0 }),
    ];
    const newProducer = room.produce(fakeTrack('audio'), { source: 'microphone' });
    await expect(consumer.getServerStats()).rejects.toMatchObject({ code: 'invalidState' });
    await expect(room.sendText('?')).rejects.toMatchObject({ code: 'invalidState' });
    const back = room.waitFor('reconnected');
    clock.advance(100);
    await back;
    await server.offer('c7', { peerId: 'bob', producerId: 'bobs-camera' });
    await Promise.all(changes);
    expect((await newProducer).id).not.toBeNull();
    expect(server.received.find(({ method }) => method === 'join')?.data).toMatchObject({ displayName: 'Alice II' });
    expect(server.methods()).toEqual(expect.arrayContaining(['pauseProducer', 'setConsumerPreferredLayers']));
    expect(server.received.find(({ method }) => method === 'setConsumerPreferredLayers')?.data).toMatchObject({
      consumerId: 'c7',
      spatialLayer: 0,
    });
    expect(producer.paused).toBe(true);
  });

  it('rejects a pending request, and applies a pending setting after the reconnect', async () => {
    const { server, clock, consumer, room } = await inCall();
    server.on('pauseConsumer', () => new Promise(() => {}));
    server.on('getConsumerStats', () => new Promise(() => {}));
    const pausing = consumer.pause();
    const stats = expect(consumer.getServerStats()).rejects.toMatchObject({ code: 'connectionLost', retryable: true });
    await server.sent('getConsumerStats');
    server.drop();
    await stats;
    server.on('pauseConsumer', () => ({}));
    const back = room.waitFor('reconnected');
    clock.advance(100);
    await back;
    await server.offer('c7', { peerId: 'bob', producerId: 'bobs-camera' });
    await pausing;
    expect(consumer.localPaused).toBe(true);
  });

  it('tries again after the delays of the policy, and fails when the policy returns null', async () => {
    const { server, clock, said, room, engine } = await inCall();
    server.refusal = new TureenError('connectionFailed', 'down');
    await whenDisconnected(room, () => {
      server.drop();
    });
    for (const delay of [100, 200, 300, 400, 500]) {
      expect(clock.nextIn).toBe(delay);
      const next = Promise.race([room.waitFor('reconnecting'), room.waitFor('left')]);
      clock.advance(delay);
      await next;
    }
    expect(said.filter((line) => line.startsWith('reconnecting'))).toHaveLength(5);
    expect(room.state).toBe('failed');
    expect(said.at(-1)).toBe('left connectionLost');
    expect(engine.counts.sessions).toBe(0);
    expect(clock.pending).toBe(0);
  });

  it('fails at once when the policy is null', async () => {
    const { server, said, room } = await inCall({ reconnectPolicy: null });
    await whenDisconnected(room, () => {
      server.drop();
    });
    expect(room.state).toBe('failed');
    expect(said.at(-1)).toBe('left connectionLost');
  });

  it('fails when the server refuses the join of the reconnect', async () => {
    const { server, clock, said, room } = await inCall();
    server.on('join', () => {
      throw Object.assign(new Error('full'), { errorCode: 403 });
    });
    await whenDisconnected(room, () => {
      server.drop();
    });
    clock.advance(100);
    await room.waitFor('left');
    expect(room.state).toBe('failed');
    expect(said.at(-1)).toBe('left refused');
  });

  it('stops reconnecting when the app calls leave()', async () => {
    const { server, clock, room, engine, said } = await inCall();
    await whenDisconnected(room, () => {
      server.drop();
    });
    await room.leave();
    expect(room.state).toBe('left');
    expect(clock.pending).toBe(0);
    expect(engine.counts.sessions).toBe(0);
    expect(said.at(-1)).toBe('left left');
  });

  it('emits transportClosed when the server closes a transport, then rejoins', async () => {
    const { room, server, clock, said, producer } = await inCall();
    const { id } = producer;
    server.notify('transportClosed', { transportId: 'send-1', reason: 'DTLS closed' });
    await said.reaches(1);
    expect(said[0]).toBe('transportClosed send DTLS closed');
    expect(room.state).toBe('reconnecting');
    expect(server.connection.closed).toBe(true);
    await whenAnswered(room, 'produce', () => {
      clock.advance(100);
    });
    expect(room.state).toBe('joined');
    expect(producer.id).not.toBe(id);
    expect(server.connections).toHaveLength(2);
  });

  it('emits nothing after left when a listener leaves during the reconnect', async () => {
    const { room, server, clock, said } = await inCall();
    await whenDisconnected(room, () => {
      server.drop();
    });
    room.on('stateChanged', ({ state }) => {
      if (state === 'joined') void room.leave();
    });
    const left = room.waitFor('left');
    clock.advance(100);
    await left;
    expect(said.at(-1)).toBe('left left');
    expect(said.filter((line) => line.startsWith('reconnected'))).toEqual([]);
  });

  it('makes one more attempt when the connection drops during the reconnect, and emits reconnected once', async () => {
    const { server, clock, room, said, engine } = await inCall();
    await whenDisconnected(room, () => {
      server.drop();
    });
    server.on('join', () => {
      server.drop();
      return {};
    });
    const again = room.waitFor('reconnecting');
    clock.advance(100);
    await again;
    expect(room.state).toBe('reconnecting');
    server.on('join', () => ({ peers: server.peers }));
    const back = room.waitFor('reconnected');
    clock.advance(200);
    await back;
    expect(said.filter((line) => line.startsWith('reconnected'))).toHaveLength(1);
    expect(engine.counts.sessions).toBe(1);
  });
});
