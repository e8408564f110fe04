import { FakeMediaStreamTrack } from 'fake-mediastreamtrack';
import { parse } from 'sdp-transform';
import { describe, expect, test, vi } from 'vitest';
import { deferred } from '@tureen/kernel';
import { whenCalled } from '@tureen/testkit/whenCalled';

import type { PullRequest } from '../PeerConnectionMedia.ts';
import { FakePeerConnectionMedia } from './FakePeerConnectionMedia.ts';

const track = (kind: 'audio' | 'video') => new FakeMediaStreamTrack({ kind });
const sound: PullRequest = {
  id: 'sound',
  kind: 'audio',
  rtpParam: {
    codec: 'opus',
    clock_rate: 48000,
    channel: 2,
    fmtp_param: 'minptime=10',
    payload_type: 109,
    mid_ext_id: 1,
  },
};
const picture: PullRequest = {
  id: 'picture',
  kind: 'video',
  rtpParam: { codec: 'VP8', clock_rate: 90000, fmtp_param: '', payload_type: 120, mid_ext_id: 1 },
};
const handlers = () => ({ onConnectionState: vi.fn<(state: string) => void>() });
const answer = async () => 'v=0';

describe('FakePeerConnectionMedia', () => {
  test('makes an offer that a server can read for a push, and connects when answered', async () => {
    const media = new FakePeerConnectionMedia();
    const session = media.open();
    const listener = handlers();
    const exchange = vi.fn(async () => ({ sdp: 'v=0', id: 'theirs' }));
    const producer = await session.push({ id: 'p', track: track('video') }, exchange, listener);
    expect(producer).toMatchObject({ id: 'theirs', kind: 'video', mid: '0' });
    expect(session.pushConnection.answer).toBe('v=0');
    const [section] = parse(session.pushConnection.offer ?? '').media;
    expect(section).toMatchObject({ type: 'video', direction: 'sendonly', setup: 'actpass' });
    expect(section?.rtp.map(({ codec }) => codec)).toEqual(['VP8', 'H264']);
    expect(listener.onConnectionState.mock.calls.flat()).toEqual(['connecting', 'connected']);
  });

  test('offers the requested codecs and payload types for a pull, and closes the connection with the last consumer', async () => {
    const media = new FakePeerConnectionMedia();
    const session = media.open();
    const consumers = await session.pull([sound, picture], answer, handlers());
    expect(consumers.map(({ id, kind }) => `${id} ${kind}`)).toEqual(['sound audio', 'picture video']);
    const sections = parse(session.pullConnection.offer ?? '').media;
    expect(sections.map(({ payloads, direction }) => `${String(payloads)} ${String(direction)}`)).toEqual([
      '109 recvonly',
      '120 recvonly',
    ]);
    expect(media.counts).toMatchObject({ sessions: 1, pushes: 0, pulls: 1, consumers: 2 });
    for (const consumer of consumers) consumer.close();
    expect(media.counts).toMatchObject({ pulls: 0, consumers: 0, waiting: 0 });
  });

  test('checks codecs and payload types as a browser does', async () => {
    const session = new FakePeerConnectionMedia({ mimeTypes: ['audio/opus'] }).open();
    expect([session.canReceive(sound), session.canReceive(picture)]).toEqual([true, false]);
    expect(session.canPullTogether([sound, picture])).toBe(true);
    expect(session.canPullTogether([picture, picture])).toBe(false);
    expect(session.canPullTogether([sound, { ...picture, rtpParam: { ...picture.rtpParam, mid_ext_id: 9 } }])).toBe(
      false,
    );
    await expect(session.pull([picture], answer, handlers())).rejects.toMatchObject({ code: 'unsupportedCodec' });
    const pushing = session.push({ id: 'p', track: track('video') }, async () => ({ sdp: '' }), handlers());
    await expect(pushing).rejects.toMatchObject({ code: 'unsupportedCodec' });
  });

  test('fails or holds a push as scripted, and closes the connection on a refusal', async () => {
    const media = new FakePeerConnectionMedia();
    const session = media.open();
    media.failNext('produce');
    const push = () => session.push({ id: 'p', track: track('audio') }, async () => ({ sdp: '' }), handlers());
    await expect(push()).rejects.toMatchObject({ code: 'mediaFailed' });
    const hold = media.hold('consume');
    const pulling = session.pull([sound], answer, handlers());
    await hold.reached();
    expect(media.counts).toMatchObject({ pulls: 1, waiting: 1 });
    hold.release();
    await pulling;
    const refused = session.pull([picture], () => Promise.reject(new Error('no')), handlers());
    await expect(refused).rejects.toThrow('no');
    expect(media.counts).toMatchObject({ pushes: 0, pulls: 1 });
  });

  test('rejects pending calls on close, and leaks nothing', async () => {
    const media = new FakePeerConnectionMedia();
    const session = media.open();
    const late = deferred<string>();
    const exchange = vi.fn(() => late.promise);
    const pulling = session.pull([sound], exchange, handlers());
    await whenCalled(exchange);
    session.close();
    await expect(pulling).rejects.toMatchObject({ code: 'closed' });
    late.resolve('v=0');
    expect(media.counts).toEqual({ sessions: 0, pushes: 0, pulls: 0, producers: 0, consumers: 0, waiting: 0 });
  });

  test('reports each state that the test sets, until the connection is closed', async () => {
    const session = new FakePeerConnectionMedia({ autoConnect: false }).open();
    const listener = handlers();
    const [consumer] = await session.pull([sound], answer, listener);
    const connection = session.pullConnection;
    connection.setConnectionState('failed');
    connection.setConnectionState('failed');
    consumer?.close();
    connection.setConnectionState('connected');
    expect(listener.onConnectionState.mock.calls.flat()).toEqual(['failed', 'closed']);
    expect(connection.closed).toBe(true);
  });
});
