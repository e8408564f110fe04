import { expect, test, vi } from 'vitest';
import { flushMicrotasks } from '@tureen/testkit/flushMicrotasks';
import { deferred } from '@tureen/kernel';

import { openSession, trackOf, withSenders } from './deviceFixture.ts';

test('pitfall 11: pausing one of two producers of one track stops that one only, and leaves the track as it is', async () => {
  const { sendTransport, sendVendor } = await openSession();
  const senders = withSenders(sendVendor);
  const track = trackOf('video');
  const [first] = await Promise.all([sendTransport.produce({ track }), sendTransport.produce({ track })]);

  first.pause();
  first.pause();

  await flushMicrotasks();
  expect(senders.map((sender) => sender.track)).toEqual([null, track]);
  expect(track.enabled).toBe(true);
  expect(first.track).toBe(track);
  first.resume();
  await flushMicrotasks();
  expect(senders.map((sender) => sender.track)).toEqual([track, track]);
  expect(senders[0]?.replaceTrack).toHaveBeenCalledTimes(2);
});

test('pitfall 11: a track that the app disabled stays disabled through pause and resume', async () => {
  const { sendTransport, sendVendor } = await openSession();
  const senders = withSenders(sendVendor);
  const track = trackOf('audio');
  track.enabled = false;
  const producer = await sendTransport.produce({ track });
  producer.pause();
  await flushMicrotasks();
  producer.resume();
  await flushMicrotasks();
  expect(senders[0]?.replaceTrack.mock.calls).toEqual([[null], [track]]);
  expect(track.enabled).toBe(false);
});

test('a mute does not wait for what the server is being asked', async () => {
  const { send, sendTransport, sendVendor } = await openSession();
  const senders = withSenders(sendVendor);
  const microphone = await sendTransport.produce({ track: trackOf('audio') });
  const answer = deferred<string>();
  send.onProduce.mockReturnValueOnce(answer.promise);
  const camera = sendTransport.produce({ track: trackOf('video') });
  await flushMicrotasks();
  expect(send.onProduce).toHaveBeenCalledTimes(2);

  microphone.pause();

  await flushMicrotasks();
  expect(senders[0]?.track).toBeNull();
  answer.resolve('camera');
  await camera;
});

test('pitfall 12: replaceTrack leaves the track before alive and the new one as it is', async () => {
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

test('pitfall 12: an ended track or one of the other kind is a typed error, and the producer goes on', async () => {
  const { sendTransport } = await openSession();
  const track = trackOf('video');
  const producer = await sendTransport.produce({ track });
  const ended = trackOf('video');
  ended.stop();

  await expect(producer.replaceTrack(ended)).rejects.toMatchObject({ code: 'invalidState' });
  await expect(producer.replaceTrack(trackOf('audio'))).rejects.toMatchObject({ code: 'invalidArgument' });
  expect(producer).toMatchObject({ track, closed: false });
});

test('pitfall 12: the end of the track does not close the producer', async () => {
  const { sendTransport } = await openSession();
  const track = trackOf('video');
  const producer = await sendTransport.produce({ track });
  track.remoteStop();
  expect(producer.closed).toBe(false);
  await producer.replaceTrack(trackOf('video'));
});

test('a track replaced while paused is not sent before resume', async () => {
  const { sendTransport, sendVendor } = await openSession();
  const senders = withSenders(sendVendor);
  const [before, after] = [trackOf('video'), trackOf('video')];
  const producer = await sendTransport.produce({ track: before });
  producer.pause();

  await producer.replaceTrack(after);
  expect(senders[0]?.track).toBeNull();
  producer.resume();

  await flushMicrotasks();
  expect(senders[0]?.track).toBe(after);
});

test('a track that the browser will not send is a mediaFailed, and the one before goes on', async () => {
  const { sendTransport, sendVendor } = await openSession();
  const senders = withSenders(sendVendor);
  const track = trackOf('video');
  const producer = await sendTransport.produce({ track });
  senders[0]?.replaceTrack.mockRejectedValueOnce(new DOMException('no', 'InvalidModificationError'));

  await expect(producer.replaceTrack(trackOf('video'))).rejects.toMatchObject({ code: 'mediaFailed' });
  expect(producer.track).toBe(track);
  expect(senders[0]?.track).toBe(track);
});

test('pitfall 1: close ends sending at once, is seen in `closed`, and leaves no listener on the track', async () => {
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

test('a replaceTrack under way when the transport closes rejects with closed', async () => {
  const { sendTransport, sendVendor } = await openSession();
  const senders = withSenders(sendVendor);
  const producer = await sendTransport.produce({ track: trackOf('video') });
  senders[0]?.replaceTrack.mockImplementationOnce(() => new Promise(() => {}));
  const replacing = producer.replaceTrack(trackOf('video'));
  sendTransport.close();
  await expect(replacing).rejects.toMatchObject({ code: 'closed' });
});

test('setMaxSpatialLayer reaches the browser; for audio it is unsupported', async () => {
  const { sendTransport, sendVendor } = await openSession();
  const spy = vi.spyOn(sendVendor, 'setMaxSpatialLayer');
  const video = await sendTransport.produce({ track: trackOf('video') });
  const audio = await sendTransport.produce({ track: trackOf('audio') });

  await video.setMaxSpatialLayer(1);

  expect(spy).toHaveBeenCalledWith(expect.any(String), 1);
  await expect(video.setMaxSpatialLayer(-1)).rejects.toMatchObject({ code: 'invalidArgument' });
  await expect(audio.setMaxSpatialLayer(1)).rejects.toMatchObject({ code: 'unsupported' });
});
