import { readServerMessage } from '@tureen/protocol/push-pull';
import type { ServerData } from '@tureen/protocol/push-pull';
import { parse } from 'sdp-transform';
import { describe, expect, it } from 'vitest';
import { offer } from '../../testing/offers.ts';
import type { OfferName } from '../../testing/offers.ts';
import { openPushPullRooms } from '../../testing/openPushPullRooms.ts';
import { useBackend } from '../../testing/useBackend.ts';

const backend = useBackend();

describe('a push', () => {
  const pushes: [name: OfferName, kinds: string[], codecs: string[]][] = [
    ['chromium-push-audio-video', ['audio', 'video'], ['opus', 'VP8']],
    ['chromium-push-audio', ['audio'], ['opus']],
    ['chromium-push-video', ['video'], ['VP8']],
    ['chromium-push-simulcast', ['video'], ['VP8']],
    ['chromium-push-two-videos', ['video', 'video'], ['VP8', 'VP8']],
    ['chromium-push-with-data', ['audio'], ['opus']],
    ['firefox-push-audio-video', ['audio', 'video'], ['opus', 'VP8']],
    ['firefox-push-audio', ['audio'], ['opus']],
    ['firefox-push-video', ['video'], ['VP8']],
    ['firefox-push-simulcast', ['video'], ['VP8']],
    ['firefox-push-two-videos', ['video', 'video'], ['VP8', 'VP8']],
    ['firefox-push-with-data', ['audio'], ['opus']],
  ];

  it.each(pushes)('creates producers, and an answer that fits the offer: %s', async (name, kinds, codecs) => {
    using rooms = openPushPullRooms(backend());
    const alice = await rooms.join('alice', { extensions: ['pushers'] });
    const { sdp, pushers = [] } = await alice.push(offer(name));

    expect(pushers.map(({ rtpParam }) => rtpParam.av_type)).toEqual(kinds);
    expect(pushers.map(({ rtpParam }) => rtpParam.codec)).toEqual(codecs);
    const offered = parse(offer(name));
    const answer = parse(sdp);
    expect(answer.icelite).toBe('ice-lite');
    expect(answer.fingerprint?.type).toBe('sha-256');
    expect(answer.media.map(({ type, mid }) => [type, String(mid)])).toEqual(
      offered.media.map(({ type, mid }) => [type, String(mid)]),
    );
    expect(sdp).toContain(`a=group:BUNDLE ${pushers.map(({ mid }) => mid).join(' ')}\r\n`);
    const accepted = answer.media.filter(({ port }) => port !== 0);
    expect(accepted.map(({ mid }) => String(mid))).toEqual(pushers.map(({ mid }) => mid));
    for (const section of accepted) {
      const its = offered.media.find(({ mid }) => mid === section.mid);
      expect(section).toMatchObject({ direction: 'recvonly', setup: 'passive', rtcpMux: 'rtcp-mux' });
      expect(section.candidates).not.toHaveLength(0);
      for (const { payload, codec } of section.rtp)
        expect(its?.rtp).toContainEqual(expect.objectContaining({ payload, codec }));
      for (const { value, uri } of section.ext ?? [])
        expect(its?.ext).toContainEqual(expect.objectContaining({ value, uri }));
    }
  });

  it.each(['chromium-push-simulcast', 'firefox-push-simulcast'] as const)(
    'keeps the three streams of %s',
    async (name) => {
      using rooms = openPushPullRooms(backend());
      const alice = await rooms.join('alice');
      const { sdp } = await alice.push(offer(name));
      const [section] = parse(sdp).media;
      expect(section?.simulcast).toEqual({ dir1: 'recv', list1: 'low;mid;high' });
      expect(section?.rids?.map(({ id, direction }) => [id, direction])).toEqual([
        ['low', 'recv'],
        ['mid', 'recv'],
        ['high', 'recv'],
      ]);
      const [producer] = [...(rooms.registry.get('room')?.peers.get('alice')?.sending.producers.values() ?? [])];
      expect(producer?.type).toBe('simulcast');
      expect(producer?.rtpParameters.encodings?.map(({ rid }) => rid)).toEqual(['low', 'mid', 'high']);
    },
  );

  it('uses H264, in the one profile that all browsers have, when the offer prefers H264', async () => {
    using rooms = openPushPullRooms(backend());
    const alice = await rooms.join('alice');
    const sdp = offer('chromium-push-video');
    const [, number = ''] = /a=fmtp:(\d+) .*packetization-mode=1;profile-level-id=42e01f/.exec(sdp) ?? [];
    const h264First = sdp.replace(/^(m=video 9 \S+) (.*)$/m, (_line, head: string, rest: string) =>
      [head, number, ...rest.split(' ').filter((payload) => payload !== number)].join(' '),
    );
    // The order of the m-line is the client's preference, regardless of the order of the lines below.
    const { sdp: answer } = await alice.push(h264First);
    expect(answer).toContain(`a=rtpmap:${number} H264/90000`);
    const [video] = await rooms.pushersOf('alice');
    expect(video?.rtpParam).toMatchObject({ codec: 'H264', payload_type: 126, rtx_payload_type: 104 });
    expect(video?.rtpParam.fmtp_param).toBe('level-asymmetry-allowed=1;packetization-mode=1;profile-level-id=42e01f');
  });

  it('is announced with the payload types of the router, which receivers get', async () => {
    using rooms = openPushPullRooms(backend());
    const alice = await rooms.join('alice');
    await alice.push(offer('chromium-push-audio-video'));
    const [audio, video] = await rooms.pushersOf('alice');
    expect(audio?.rtpParam).toMatchObject({
      av_type: 'audio',
      codec: 'opus',
      clock_rate: 48_000,
      channel: 2,
      payload_type: 109,
      rtx_payload_type: 0,
      mid_ext_id: 1,
      fmtp_param: 'minptime=10;useinbandfec=1',
    });
    expect(video?.rtpParam).toMatchObject({
      av_type: 'video',
      codec: 'VP8',
      payload_type: 120,
      rtx_payload_type: 100,
      mid_ext_id: 1,
      abs_send_time_ext_id: 4,
      tcc_ext_id: 5,
      use_nack: true,
      key_request: true,
    });
    const { consumableRtpParameters } = rooms.registry
      .get('room')!
      .peers.get('alice')!
      .sending.producers.get(video!.pusherId)!;
    expect(consumableRtpParameters.codecs.map(({ payloadType }) => payloadType)).toEqual([120, 100]);
  });

  it('is announced in one message, audio first, in whatever order it was offered', async () => {
    using rooms = openPushPullRooms(backend());
    const [alice, bob] = [await rooms.join('alice'), await rooms.join('bob')];
    const [head = '', audio = '', video = ''] = offer('chromium-push-audio-video').split(/(?=^m=)/m);
    await alice.push([head, video, audio].join(''));
    const told = read('newPusher', await bob.connection.received('newPusher'));
    expect(told).toHaveLength(1);
    expect(told[0]).toMatchObject({ roomId: 'room', userId: 'alice', userName: 'ALICE' });
    expect(told[0]?.pushers.map(({ rtpParam }) => rtpParam.av_type)).toEqual(['audio', 'video']);
    expect(bob.connection.allReceived('newPusher')).toHaveLength(1);
    expect(alice.connection.allReceived('newPusher')).toEqual([]);
  });

  it('is announced with all live pushers, and no ended ones, after another push', async () => {
    using rooms = openPushPullRooms(backend());
    const [alice, bob] = [await rooms.join('alice', { extensions: ['pushers'] }), await rooms.join('bob')];
    const first = await alice.push(offer('chromium-push-audio'));
    const second = await alice.push(offer('chromium-push-video'));
    const third = await alice.push(offer('firefox-push-video'));
    const ids = [first, second, third].map(({ pushers }) => pushers?.[0]?.pusherId);
    await alice.sendRequest('unpush', { pusherIds: [ids[1]!] });
    const fourth = await alice.push(offer('firefox-push-audio'));
    await bob.connection.arrival(() => bob.connection.allReceived('newPusher').length === 4);
    const lists = bob.connection
      .allReceived('newPusher')
      .map((data) => read('newPusher', data)[0]?.pushers.map(({ pusherId }) => pusherId));
    expect(lists).toEqual([
      [ids[0]],
      [ids[0], ids[1]],
      [ids[0], ids[1], ids[2]],
      [ids[0], fourth.pushers?.[0]?.pusherId, ids[2]],
    ]);
  });

  it('has its source, appData and pause when both ends know the extensions', async () => {
    using rooms = openPushPullRooms(backend());
    const alice = await rooms.join('alice');
    const [knows, stranger] = [await rooms.join('bob', { extensions: ['pushDetails'] }), await rooms.join('carol')];
    await alice.push(offer('chromium-push-video'), { source: 'screen', appData: { n: 1 }, paused: true });
    const [pusher] = read('newPusher', await knows.connection.received('newPusher'))[0]!.pushers;
    expect(pusher).toMatchObject({ source: 'screen', appData: { n: 1, source: 'screen' }, paused: true });
    const plain = await stranger.connection.received<{ pushers: object[] }>('newPusher');
    expect(Object.keys(plain.pushers[0]!)).toEqual(['pusherId', 'rtpParam']);
  });

  it('returns no pushers to an owner that does not announce the extension', async () => {
    using rooms = openPushPullRooms(backend());
    const alice = await rooms.join('alice');
    const answer = await alice.connection.sendRequest('push', {
      roomId: 'room',
      userId: 'alice',
      sdp: { type: 'offer', sdp: offer('chromium-push-audio') },
    });
    expect(Object.keys(answer as object).sort()).toEqual(['code', 'message', 'sdp']);
    expect(answer).toMatchObject({ code: 0, message: 'push success' });
  });

  it('is refused for the audience, and leaves nothing behind', async () => {
    using rooms = openPushPullRooms(backend());
    await rooms.join('bob');
    const alice = await rooms.join('alice', { audience: true });
    await expect(alice.push(offer('chromium-push-audio'))).rejects.toMatchObject({
      code: -1,
      message: 'handle push sdp failed: a hidden peer may not produce',
    });
    expect(rooms.registry.get('room')?.peers.get('alice')?.transports.size).toBe(0);
  });

  it('is refused whole beyond the limits, and leaves nothing behind', async () => {
    using rooms = openPushPullRooms(backend(), { limits: { maxProducersPerPeer: 1 } });
    const [alice, bob] = [await rooms.join('alice'), await rooms.join('bob')];
    await expect(alice.push(offer('chromium-push-audio-video'))).rejects.toMatchObject({
      code: -1,
      message: 'handle push sdp failed: too many producers',
    });
    expect(await backend().dump()).toMatchObject([{ routers: [{ transports: 0, producers: 0 }] }]);
    await alice.push(offer('chromium-push-audio'));
    expect(read('newPusher', await bob.connection.received('newPusher'))[0]?.pushers).toHaveLength(1);
  });
});

function read<Method extends 'newPusher'>(method: Method, data: unknown): ServerData<Method> {
  const result = readServerMessage(method, data);
  if (!result.ok) throw new Error(result.issue.message);
  return result.value;
}
