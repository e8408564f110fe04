import { describe, expect, it } from 'vitest';
import { ManualClock } from '@tureen/kernel';
import { DirectReception, DirectVideo } from '../engine/mediasoup/testing/DirectMedia.ts';
import { watchRouters } from '../engine/mediasoup/testing/watchRouters.ts';
import { capturedLogs } from '../testing/capturedLogs.ts';
import { useBackend } from '../testing/useBackend.ts';
import { RoomRegistry } from './RoomRegistry.ts';

const routers = watchRouters();
const backend = useBackend();

type Room = Awaited<ReturnType<typeof meet>>;

/** Opens a room with a sender, 150 ms away, and a receiver that was offered the video and has not accepted it. */
async function meet({ isMeasured = true } = {}) {
  const clock = new ManualClock();
  const registry = new RoomRegistry({ backend: backend(), logger: capturedLogs().logger, clock });
  const enter = async (id: string) => {
    const peer = await registry.enter('room', { id, dialect: 'test' });
    peer.join({});
    return peer;
  };
  const sender = await enter('sender');
  const video = await DirectVideo.produce(routers.latest, sender, { clock });
  const { producer } = video;
  if (isMeasured)
    sender.signalingRoundTrip.handleConnection((onMeasured) => {
      onMeasured(150);
    });
  video.start();
  await video.frames(2);
  const receive = async (id: string) => DirectReception.open(routers.latest, await enter(id), producer);
  return {
    clock,
    video,
    producer,
    receive,
    receiving: await receive('receiver'),
    [Symbol.dispose]() {
      video.stop();
      registry.close();
    },
  };
}

describe('early media', () => {
  it('flows before the owner accepts where the key frame takes longer than the owner', async () => {
    using room = await meet();
    const { receiving, video } = room;
    receiving.consumer.sendEarly(100);
    await receiving.shown;
    const requests = video.requests;
    await receiving.consumer.accept();
    expect(receiving.states).toEqual(['resumed']);
    expect(video.requests).toBe(requests);
  });

  it('waits until the key frame arrives when the owner is ready', async () => {
    using room = await meet();
    const { receiving, clock } = room;
    receiving.consumer.sendEarly(400);
    clock.advance(249);
    expect(receiving.states).toEqual([]);
    clock.advance(1);
    await receiving.shown;
    expect(receiving.states).toEqual(['resumed']);
  });

  it('flows at once where the owner accepts earlier than expected', async () => {
    using room = await meet();
    const { receiving, clock } = room;
    receiving.consumer.sendEarly(400);
    await receiving.consumer.accept();
    await receiving.shown;
    expect(clock.pending).toBe(0);
  });

  it('stops where the owner pauses before it accepts', async () => {
    using room = await meet();
    const { receiving } = room;
    receiving.consumer.sendEarly(100);
    await receiving.shown;
    await receiving.consumer.pause();
    await receiving.consumer.accept();
    expect(receiving.states).toEqual(['resumed', 'paused']);
  });

  it.each([
    { when: 'the producer is paused', act: ({ producer }: Room) => producer.pause() },
    { when: 'the owner paused the consumer', act: ({ receiving }: Room) => receiving.consumer.pause() },
    {
      when: 'another receiver requested a key frame just before',
      act: async ({ receive }: Room) => (await receive('other')).consumer.accept(),
    },
  ])('waits for the owner where $when', async ({ act }) => {
    using room = await meet();
    const { receiving, clock } = room;
    await act(room);
    receiving.consumer.sendEarly(100);
    expect(receiving.states).toEqual([]);
    receiving.consumer.sendEarly(200);
    clock.advance(50);
    expect(receiving.isPaused).toBe(true);
  });

  it('waits for the owner where the delay of the sender is unknown', async () => {
    using room = await meet({ isMeasured: false });
    const { receiving, clock } = room;
    receiving.consumer.sendEarly(100);
    clock.advance(1000);
    expect(receiving.states).toEqual([]);
  });

  it('flows to the next receiver where the first measurement ended with the connection of the sender', async () => {
    using room = await meet({ isMeasured: false });
    const { receiving, producer, receive } = room;
    const { signalingRoundTrip } = producer.peer;
    signalingRoundTrip.handleConnection(() => {});
    receiving.consumer.sendEarly(100);
    signalingRoundTrip.handleConnection((onMeasured) => {
      onMeasured(150);
    });
    const next = await receive('next');
    next.consumer.sendEarly(100);
    await next.shown;
    expect(receiving.states).toEqual([]);
  });

  it('does not flow after the consumer closed', async () => {
    using room = await meet();
    const { receiving, clock } = room;
    receiving.consumer.sendEarly(400);
    receiving.consumer.close('owner');
    expect(clock.pending).toBe(0);
    expect(receiving.states).toEqual(['closed']);
  });
});
