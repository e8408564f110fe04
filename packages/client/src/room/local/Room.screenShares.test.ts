import { describe, expect, it } from 'vitest';
import { roomWorld } from '@tureen/testkit/scripted/roomWorld';
import { FakeMediaDevices, fakeStream } from '../../devices/mediaDevicesFixture.ts';
import { TureenError } from '../../shared/errors.ts';

async function joined(...streams: MediaStream[]) {
  const world = roomWorld();
  await world.room.join();
  return { ...world, mediaDevices: new FakeMediaDevices(...streams).real };
}

const refused = () => new TureenError('mediaFailed', 'the encoder failed');

describe('a screen share that fails', () => {
  it('closes no other screen share when its picture is refused', async () => {
    const { room, engine, server, mediaDevices } = await joined(fakeStream('video'), fakeStream('video'));
    const { video } = await room.enableScreenShare({ mediaDevices });
    engine.failNext('produce', refused());
    await expect(room.enableScreenShare({ mediaDevices })).rejects.toMatchObject({ code: 'mediaFailed' });
    expect(video).toMatchObject({ closed: false, track: expect.objectContaining({ readyState: 'live' }) as object });
    expect(room.producerOf('screen')).toBe(video);
    expect(server.methods()).not.toContain('closeProducer');
  });

  it('closes its own picture when its sound is refused, and not an earlier one', async () => {
    const { room, engine, server, mediaDevices } = await joined(fakeStream('video'), fakeStream('video', 'audio'));
    const { video } = await room.enableScreenShare({ mediaDevices });
    const produced = server.got('produce');
    const producing = engine.hold('produce');
    const failing = expect(room.enableScreenShare({ mediaDevices, audio: true })).rejects.toMatchObject({
      code: 'mediaFailed',
    });
    await producing.reached();
    const [, second] = [...room.producers.values()];
    producing.release();
    await produced;
    engine.failNext('produce', refused());
    await failing;
    expect([video.closed, second?.closed]).toEqual([false, true]);
    expect([...room.producers.values()]).toEqual([video]);
  });

  it('closes no screen of the next session when the room was left and joined again during the capture', async () => {
    const world = await joined();
    const { room } = world;
    const captured: ((stream: MediaStream) => void)[] = [];
    const mediaDevices = Object.assign(new FakeMediaDevices(), {
      getDisplayMedia: () => new Promise<MediaStream>((resolve) => captured.push(resolve)),
    }).real;
    const failing = expect(room.enableScreenShare({ mediaDevices })).rejects.toMatchObject({ code: 'closed' });
    await room.leave();
    await room.join();
    const next = new FakeMediaDevices(fakeStream('video')).real;
    const { video } = await room.enableScreenShare({ mediaDevices: next });
    captured[0]?.(fakeStream('video'));
    await failing;
    expect(video.closed).toBe(false);
  });

  it('rejects with its own error when the server refuses to close its picture', async () => {
    const { room, engine, server, mediaDevices } = await joined(fakeStream('video', 'audio'));
    server.on('closeProducer', () => {
      throw Object.assign(new Error('no'), { errorCode: 403 });
    });
    const produced = server.got('produce');
    const failing = expect(room.enableScreenShare({ mediaDevices, audio: true })).rejects.toMatchObject({
      code: 'mediaFailed',
    });
    await produced;
    engine.failNext('produce', refused());
    await failing;
    expect(room.producers.size).toBe(0);
  });
});
