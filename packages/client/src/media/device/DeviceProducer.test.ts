import { describe, expect, test, vi } from 'vitest';
import { whenCalled } from '@tureen/testkit/whenCalled';
import { deferred } from '@tureen/kernel';

import { openSession, trackOf, withSenders } from './deviceFixture.ts';

describe('DeviceProducer', () => {
  test('pauses one of two producers of a track alone, and leaves the track unchanged', async () => {
    const { sendTransport, sendVendor } = await openSession();
    const senders = withSenders(sendVendor);
    const track = trackOf('video');
    const [first] = await Promise.all([sendTransport.produce({ track }), sendTransport.produce({ track })]);

    first.pause();
    first.pause();

    await whenCalled(senders[0]!.replaceTrack);
    expect(senders.map((sender) => sender.track)).toEqual([null, track]);
    expect(track.enabled).toBe(true);
    expect(first.track).toBe(track);
    first.resume();
    await whenCalled(senders[0]!.replaceTrack, 2);
    expect(senders.map((sender) => sender.track)).toEqual([track, track]);
    expect(senders[0]?.replaceTrack).toHaveBeenCalledTimes(2);
  });

  test('leaves a track that the app disabled disabled through pause and resume', async () => {
    const { sendTransport, sendVendor } = await openSession();
    const senders = withSenders(sendVendor);
    const track = trackOf('audio');
    track.enabled = false;
    const producer = await sendTransport.produce({ track });
    producer.pause();
    await whenCalled(senders[0]!.replaceTrack);
    producer.resume();
    await whenCalled(senders[0]!.replaceTrack, 2);
    expect(senders[0]?.replaceTrack.mock.calls).toEqual([[null], [track]]);
    expect(track.enabled).toBe(false);
  });

  test('pauses without waiting for a pending request to the server', async () => {
    const { send, sendTransport, sendVendor } = await openSession();
    const senders = withSenders(sendVendor);
    const microphone = await sendTransport.produce({ track: trackOf('audio') });
    const answer = deferred<string>();
    send.onProduce.mockReturnValueOnce(answer.promise);
    const camera = sendTransport.produce({ track: trackOf('video') });
    await whenCalled(send.onProduce, 2);

    microphone.pause();

    await whenCalled(senders[0]!.replaceTrack);
    expect(senders[0]?.track).toBeNull();
    answer.resolve('camera');
    await camera;
  });

  test('keeps the former track live in replaceTrack, and the new one unchanged', async () => {
    const { sendTransport, sendVendor } = await openSession();
    const senders = withSenders(sendVendor);
    const [before, after] = [trackOf('video'), trackOf('video')];
    after.enabled = false;
    const producer = await sendTransport.produce({ track: before });

    await producer.replaceTrack(after);

    expect(producer.track).toBe(after);
    expect(senders[0]?.track).toBe(after);
    expect([before.readyState, after.enabled]).toEqual(['live', false]);
  });

  test('rejects an ended track and a track of the other kind, and continues', async () => {
    const { sendTransport } = await openSession();
    const track = trackOf('video');
    const producer = await sendTransport.produce({ track });
    const ended = trackOf('video');
    ended.stop();

    await expect(producer.replaceTrack(ended)).rejects.toMatchObject({ code: 'invalidState' });
    await expect(producer.replaceTrack(trackOf('audio'))).rejects.toMatchObject({ code: 'invalidArgument' });
    expect(producer).toMatchObject({ track, closed: false });
  });

  test('stays open when its track ends', async () => {
    const { sendTransport } = await openSession();
    const track = trackOf('video');
    const producer = await sendTransport.produce({ track });
    track.remoteStop();
    expect(producer.closed).toBe(false);
    await producer.replaceTrack(trackOf('video'));
  });

  test('sends a track that was replaced while paused only after resume', async () => {
    const { sendTransport, sendVendor } = await openSession();
    const senders = withSenders(sendVendor);
    const [before, after] = [trackOf('video'), trackOf('video')];
    const producer = await sendTransport.produce({ track: before });
    producer.pause();

    await producer.replaceTrack(after);
    expect(senders[0]?.track).toBeNull();
    producer.resume();

    await whenCalled(senders[0]!.replaceTrack, 2);
    expect(senders[0]?.track).toBe(after);
  });

  test('rejects a track that the browser cannot send with mediaFailed, and continues with the former one', async () => {
    const { sendTransport, sendVendor } = await openSession();
    const senders = withSenders(sendVendor);
    const track = trackOf('video');
    const producer = await sendTransport.produce({ track });
    senders[0]?.replaceTrack.mockRejectedValueOnce(new DOMException('no', 'InvalidModificationError'));

    await expect(producer.replaceTrack(trackOf('video'))).rejects.toMatchObject({ code: 'mediaFailed' });
    expect(producer.track).toBe(track);
    expect(senders[0]?.track).toBe(track);
  });

  test('stops sending at once on close, sets `closed`, and removes the listener from the track', async () => {
    const { sendTransport, sendVendor } = await openSession();
    const senders = withSenders(sendVendor);
    const track = trackOf('video');
    const added = vi.spyOn(track, 'addEventListener');
    const removed = vi.spyOn(track, 'removeEventListener');
    const producer = await sendTransport.produce({ track });

    producer.close();
    producer.close();

    expect(producer.closed).toBe(true);
    expect(senders[0]?.track).toBeNull();
    expect(removed.mock.calls).toEqual(added.mock.calls);
    await expect(producer.replaceTrack(trackOf('video'))).rejects.toMatchObject({ code: 'closed' });
    await expect(producer.setMaxSpatialLayer(1)).rejects.toMatchObject({ code: 'closed' });
  });

  test('rejects a pending replaceTrack with closed when the transport closes', async () => {
    const { sendTransport, sendVendor } = await openSession();
    const senders = withSenders(sendVendor);
    const producer = await sendTransport.produce({ track: trackOf('video') });
    senders[0]?.replaceTrack.mockImplementationOnce(() => new Promise(() => {}));
    const replacing = producer.replaceTrack(trackOf('video'));
    sendTransport.close();
    await expect(replacing).rejects.toMatchObject({ code: 'closed' });
  });

  test('limits spatial layers in the browser, and rejects that for audio with unsupported', async () => {
    const { sendTransport, sendVendor } = await openSession();
    const spy = vi.spyOn(sendVendor, 'setMaxSpatialLayer');
    const video = await sendTransport.produce({ track: trackOf('video') });
    const audio = await sendTransport.produce({ track: trackOf('audio') });

    await video.setMaxSpatialLayer(1);

    expect(spy).toHaveBeenCalledWith(expect.any(String), 1);
    await expect(video.setMaxSpatialLayer(-1)).rejects.toMatchObject({ code: 'invalidArgument' });
    await expect(audio.setMaxSpatialLayer(1)).rejects.toMatchObject({ code: 'unsupported' });
  });
});
