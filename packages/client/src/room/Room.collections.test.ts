import { isReactive, reactive } from '@vue/reactivity';
import { describe, expect, it } from 'vitest';
import { whenAnswered, whenDisconnected } from '@tureen/testkit/scripted/waits';
import { fakeTrack, roomWorld } from '@tureen/testkit/scripted/roomWorld';
import { Room } from './Room.ts';
import { roomEventNames } from './roomEventNames.ts';

const dataOffer = (id: string, peerId: string | null) => ({
  id,
  ...(peerId === null ? {} : { peerId }),
  dataProducerId: `producer of ${id.slice(0, 1)}`,
  label: 'chat',
  protocol: '',
  appData: {},
  sctpStreamParameters: { streamId: 0, ordered: true },
});

describe('room.producers and room.dataProducers', () => {
  it('are keyed by a local ID that stays when the ID of the server changes', async () => {
    const { room, server, clock } = roomWorld();
    await room.join();
    const producer = await room.produce(fakeTrack('video'), { source: 'camera' });
    const dataProducer = await room.produceData();
    const { localId, id } = producer;
    expect(room.producers.get(localId)).toBe(producer);
    expect(room.dataProducers.get(dataProducer.localId)).toBe(dataProducer);
    expect(producer.snapshot()).toMatchObject({ localId, id });
    await whenDisconnected(room, () => {
      server.drop();
    });
    const reconnected = room.waitFor('reconnected');
    await whenAnswered(room, 'produce', () => {
      clock.advance(100);
    });
    await reconnected;
    expect([producer.localId, room.producers.get(localId)]).toEqual([localId, producer]);
    expect(producer.id).not.toBe(id);
  });

  it('have a producer before the server assigns its ID', async () => {
    const { room, server } = roomWorld();
    await room.join();
    const asked = server.got('produce');
    const produced = room.produce(fakeTrack('video'));
    expect([...room.producers].map(([key, { id, localId }]) => [key === localId, id])).toEqual([[true, null]]);
    await Promise.all([asked, produced]);
  });
});

describe('room.producerOf()', () => {
  it('returns the producer of a source, or null', async () => {
    const { room } = roomWorld();
    await room.join();
    const producer = await room.produce(fakeTrack('video'), { source: 'camera' });
    expect([room.producerOf('camera'), room.producerOf('screen')]).toEqual([producer, null]);
    await producer.close();
    expect(room.producerOf('camera')).toBeNull();
  });
});

describe('room.dataConsumers', () => {
  it('has those of peers and of the server, under their IDs of the session', async () => {
    const { room, server, clock } = roomWorld();
    server.peers = [{ id: 'bob' }];
    await room.join();
    expect(room.dataConsumers.size).toBe(0);
    await server.ask('newDataConsumer', dataOffer('a1', 'bob'));
    await server.ask('newDataConsumer', dataOffer('b1', null));
    expect([...room.dataConsumers.keys()]).toEqual(['a1', 'b1']);
    const ofPeer = room.dataConsumers.get('a1');
    expect([ofPeer?.peer?.id, room.dataConsumers.get('b1')?.peer]).toEqual(['bob', null]);
    await whenDisconnected(room, () => {
      server.drop();
    });
    const reconnected = room.waitFor('reconnected');
    clock.advance(100);
    await reconnected;
    await server.ask('newDataConsumer', dataOffer('a2', 'bob'));
    expect(room.dataConsumers.get('a2')).toBe(ofPeer);
    expect(room.dataConsumers.has('a1')).toBe(false);
    server.notify('dataConsumerClosed', { dataConsumerId: 'a2' });
    await room.waitFor('dataConsumerClosed');
    expect(room.dataConsumers.has('a2')).toBe(false);
    await room.leave();
    expect(room.dataConsumers.size).toBe(0);
  });
});

describe('a collection of the room', () => {
  /** Each collection with one entry. */
  async function collections() {
    const { room, server } = roomWorld();
    server.peers = [{ id: 'bob' }];
    await room.join();
    const offered = room.waitFor('newConsumer');
    void server.offer('c1', { peerId: 'bob' });
    const { peer } = await offered;
    await server.ask('newDataConsumer', dataOffer('a1', 'bob'));
    await room.produce(fakeTrack('video'));
    await room.produceData();
    const { peers, consumers, dataConsumers, producers, dataProducers } = room;
    const ofPeer = { 'peer.consumers': peer.consumers, 'peer.dataConsumers': peer.dataConsumers };
    return { room, maps: { peers, consumers, dataConsumers, producers, dataProducers, ...ofPeer } };
  }

  it('cannot be changed by the app, not even from plain JavaScript', async () => {
    const { room, maps } = await collections();
    const readOnly: object = expect.objectContaining({ code: 'invalidState', message: 'the map is read-only' });
    for (const [name, map] of Object.entries(maps)) {
      const writable = map as Map<string, unknown>;
      const [[key] = ['']] = [...writable];
      expect(() => writable.set(key, null), name).toThrow(readOnly);
      expect(() => writable.delete(key), name).toThrow(readOnly);
      expect(() => {
        writable.clear();
      }, name).toThrow(readOnly);
      expect([writable.size, writable.get(key)], name).toEqual([1, expect.any(Object)]);
    }
    await room.leave();
    expect(Object.values(maps).map(({ size }) => size)).toEqual([0, 0, 0, 0, 0, 0, 0]);
  });

  it('is a Map, which can be copied, and read through a reactive proxy of Vue', async () => {
    const { maps } = await collections();
    for (const map of Object.values(maps)) {
      expect(map).toBeInstanceOf(Map);
      expect(new Map<string, object>(map)).toEqual(new Map<string, object>([...map]));
      const proxy = reactive(map);
      expect(isReactive(proxy)).toBe(true);
      expect([proxy.size, [...proxy.keys()], [...proxy.values()]]).toEqual([1, [...map.keys()], [...map.values()]]);
    }
  });
});

describe('peerId', () => {
  it('is random where the app gives none, and stays after leave()', async () => {
    const [{ room }, { room: another }] = [roomWorld({ peerId: undefined }), roomWorld({ peerId: undefined })];
    const { peerId } = room;
    expect(peerId).toMatch(/^[0-9a-f]{32}$/);
    expect(another.peerId).not.toBe(peerId);
    await room.join();
    await room.leave();
    await room.join();
    expect([room.peerId, room.displayName]).toEqual([peerId, peerId]);
  });
});

describe('roomEventNames', () => {
  it('is frozen, and each name is an event of a room', () => {
    expect(Object.isFrozen(roomEventNames)).toBe(true);
    expect(new Set(roomEventNames).size).toBe(roomEventNames.length);
    const { room } = roomWorld();
    for (const name of roomEventNames) room.on(name, () => {});
    expect(room).toBeInstanceOf(Room);
    expect(room.eventNames()).toEqual(expect.arrayContaining([...roomEventNames]));
  });
});
