import { isReactive, reactive, readonly, ref } from '@vue/reactivity';
import { describe, expect, it } from 'vitest';
import { borrowTrack } from '../devices/LocalTrack.ts';
import { FakeMediaDevices, fakeStream } from '../devices/mediaDevicesFixture.ts';
import { fakeTrack, roomWorld } from '@tureen/testkit/scripted/roomWorld';

/** Joins a room that sends and receives, with one of each object that an app can hold. */
async function call() {
  const world = roomWorld();
  const { room, server } = world;
  server.peers = [{ id: 'bob', displayName: 'Bob' }];
  await room.join();
  const offered = room.waitFor('newConsumer');
  void server.offer('c1', { peerId: 'bob' });
  const { consumer, peer } = await offered;
  const local = borrowTrack(fakeTrack('video'));
  const producer = await room.produce(local.track, { source: 'camera' });
  const dataProducer = await room.produceData({ label: 'chat' });
  const emitters = { room, peer, consumer, producer, dataProducer, devices: room.devices };
  return { ...world, ...emitters, emitters, local };
}

describe('An object that an app holds', () => {
  it('has no emit(), not even from plain JavaScript', async () => {
    const { emitters } = await call();
    for (const emitter of Object.values(emitters)) expect('emit' in emitter).toBe(false);
  });

  it('keeps working in its room after removeAllListeners()', async () => {
    const { room, server, consumer, producer, emitters } = await call();
    for (const emitter of Object.values(emitters)) emitter.removeAllListeners();
    const paused = room.waitFor('consumerPaused');
    server.notify('consumerPaused', { consumerId: 'c1' });
    await paused;
    expect(consumer.paused).toBe(true);
    server.notify('peerClosed', { peerId: 'bob' });
    await room.waitFor('peerClosed');
    expect([room.peers.size, room.consumers.size, consumer.closed]).toEqual([0, 0, true]);
    await producer.close();
    expect(room.producers.size).toBe(0);
    await room.leave();
    expect(room.state).toBe('left');
  });

  it('closes the sound of a shared screen with its picture after removeAllListeners()', async () => {
    const { room } = await call();
    const mediaDevices = new FakeMediaDevices(fakeStream('video', 'audio')).real;
    const { video, audio } = await room.enableScreenShare({ mediaDevices, audio: true });
    video.removeAllListeners();
    await video.close();
    expect(audio).toMatchObject({ closed: true });
  });
});

describe("Vue's reactive state", () => {
  it('breaks a class with private fields that does not opt out', () => {
    class WithPrivateField {
      readonly #value = 1;
      get value() {
        return this.#value;
      }
    }
    expect(() => ref(new WithPrivateField()).value.value).toThrow(TypeError);
  });

  it('keeps every object of a call without a proxy', async () => {
    const { emitters, local } = await call();
    for (const held of [...Object.values(emitters), local]) {
      expect(ref(held).value).toBe(held);
      expect(reactive({ held }).held).toBe(held);
      expect(readonly({ held }).held).toBe(held);
      expect(isReactive(reactive([held])[0])).toBe(false);
    }
  });

  it('keeps a room that joins, emits and leaves', async () => {
    const state = ref(roomWorld().room);
    const states: string[] = [];
    state.value.on('stateChanged', (change) => states.push(change.state));
    await state.value.join();
    await state.value.produce(fakeTrack('audio'));
    expect(state.value.producers.size).toBe(1);
    await state.value.leave();
    expect(states).toEqual(['connecting', 'joining', 'joined', 'left']);
  });

  it('gives working peers and consumers from the maps of the room', async () => {
    const { room, consumer } = await call();
    const view = reactive({ peers: room.peers, consumers: room.consumers });
    expect(view.peers.get('bob')?.displayName).toBe('Bob');
    expect(view.consumers.get('c1')).toBe(consumer);
    await view.consumers.get('c1')?.pause();
    expect(consumer.paused).toBe(true);
  });
});
