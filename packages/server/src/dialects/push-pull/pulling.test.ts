import type { Pusher } from '@tureen/protocol/push-pull';
import { parse } from 'sdp-transform';
import { describe, expect, it } from 'vitest';
import { offer } from '../../testing/offers.ts';
import type { OfferName } from '../../testing/offers.ts';
import { openPushPullRooms } from '../../testing/openPushPullRooms.ts';
import { useBackend } from '../../testing/useBackend.ts';

const backend = useBackend();

type Rooms = ReturnType<typeof openPushPullRooms>;

/** Opens a room: Alice pushes, and Bob may pull. */
async function meet(rooms: Rooms, name: OfferName = 'chromium-push-audio-video') {
  const alice = await rooms.join('alice', { extensions: ['pushers', 'pusherClosed'] });
  const bob = await rooms.join('bob', { extensions: ['pulled', 'pusherClosed', 'pusherPaused', 'pushDetails'] });
  const { pushers = [] } = await alice.push(offer(name));
  return { alice, bob, pushers, specs: pushers.map(toSpec) };
}

const toSpec = ({ pusherId, rtpParam }: Pusher) => ({ type: rtpParam.av_type, pusherId });

const peerOf = (rooms: Rooms, id: string) => rooms.registry.get('room')!.peers.get(id)!;

describe('a pull', () => {
  it.each(['chromium-pull-aligned', 'firefox-pull-aligned'] as const)(
    'is answered section by section: %s',
    async (name) => {
      using rooms = openPushPullRooms(backend());
      const { bob, specs, pushers } = await meet(rooms);
      const { sdp, pulled } = await bob.pull('alice', offer(name), specs);
      expect(pulled).toEqual(pushers.map(({ pusherId }, index) => ({ pusherId, mid: String(index) })));

      const offered = parse(offer(name));
      const { media, icelite } = parse(sdp);
      expect(icelite).toBe('ice-lite');
      expect(sdp).toContain('a=group:BUNDLE 0 1\r\n');
      expect(media.map(({ type, payloads, direction }) => [type, String(payloads).split(' ')[0], direction])).toEqual([
        ['audio', '109', 'sendonly'],
        ['video', '120', 'sendonly'],
      ]);
      for (const [index, section] of media.entries()) {
        const its = offered.media[index];
        expect(section).toMatchObject({ setup: 'passive', rtcpMux: 'rtcp-mux' });
        // The stream is the same for audio and video, and its name is not the publisher's.
        expect(section.msid).toEqual([{ id: media[0]?.msid?.[0]?.id, appdata: pushers[index]?.pusherId }]);
        expect(section.msid?.[0]?.id).toMatch(/^[\w-]{22}$/);
        expect(section.ssrcs).not.toHaveLength(0);
        for (const { payload, codec } of section.rtp)
          expect(its?.rtp).toContainEqual(expect.objectContaining({ payload, codec }));
        for (const { value, uri } of section.ext ?? [])
          expect(its?.ext).toContainEqual(expect.objectContaining({ value, uri }));
      }
      expect(media[1]?.ext?.map(({ value }) => value)).toEqual([1, 4, 5]);
    },
  );

  it('has retransmissions when the offer numbers them as the router does', async () => {
    using rooms = openPushPullRooms(backend());
    const { bob, specs } = await meet(rooms);
    const [, video] = parse((await bob.pull('alice', offer('chromium-pull-aligned'), specs)).sdp).media;
    expect(video?.rtp.map(({ payload, codec }) => [payload, codec])).toEqual([
      [120, 'VP8'],
      [100, 'rtx'],
    ]);
    expect(video?.fmtp).toContainEqual({ payload: 100, config: 'apt=120' });
    expect(video?.ssrcGroups?.[0]).toMatchObject({ semantics: 'FID' });
    expect(video?.ssrcs).toHaveLength(2);
  });

  it('has no retransmissions when the numbers differ, as in Firefox', async () => {
    using rooms = openPushPullRooms(backend());
    const { bob, specs } = await meet(rooms);
    const [, video] = parse((await bob.pull('alice', offer('firefox-pull-aligned'), specs)).sdp).media;
    expect(video?.rtp.map(({ payload, codec }) => [payload, codec])).toEqual([[120, 'VP8']]);
    expect(video?.ssrcGroups).toBeUndefined();
    expect(video?.ssrcs).toHaveLength(1);
  });

  it('omits the extensions that differ for an offer of Firefox with the numbers of the router', async () => {
    using rooms = openPushPullRooms(backend());
    const { bob, specs } = await meet(rooms);
    const [audio, video] = parse((await bob.pull('alice', offer('firefox-pull-plain'), specs)).sdp).media;
    expect(audio?.ext ?? []).toEqual([]);
    expect(video?.ext?.map(({ value }) => value)).toEqual([4]);
  });

  it('matches sections by kind, and refuses the unused sections', async () => {
    using rooms = openPushPullRooms(backend());
    const { bob, specs } = await meet(rooms);
    const { sdp, pulled } = await bob.pull('alice', offer('chromium-pull-aligned'), specs.slice(1));
    expect(pulled).toEqual([{ pusherId: specs[1]?.pusherId, mid: '1' }]);
    expect(parse(sdp).media.map(({ port, direction }) => [port === 0, direction])).toEqual([
      [true, 'inactive'],
      [false, 'sendonly'],
    ]);
    expect(sdp).toContain('a=group:BUNDLE 1\r\n');
  });

  it('has one stream, without rids, for simulcast', async () => {
    using rooms = openPushPullRooms(backend());
    const { bob, specs, pushers } = await meet(rooms, 'chromium-push-simulcast');
    expect(pushers[0]?.rtpParam).toMatchObject({ codec: 'VP8', payload_type: 120 });
    const { sdp } = await bob.pull('alice', offer('chromium-pull-video-aligned'), specs);
    expect(sdp).not.toContain('a=rid');
    expect(parse(sdp).media[0]?.ssrcs).toHaveLength(2);
  });

  it('replaces an earlier pull of the same pusher, and ends a connection without media', async () => {
    using rooms = openPushPullRooms(backend());
    const { bob, specs } = await meet(rooms);
    await bob.pull('alice', offer('chromium-pull-aligned'), specs);
    await bob.pull('alice', offer('chromium-pull-video-aligned'), specs.slice(1));
    const peer = peerOf(rooms, 'bob');
    expect(peer.transports.size).toBe(2);
    expect(peer.receiving.consumers.size).toBe(2);
    await bob.pull('alice', offer('firefox-pull-aligned'), specs);
    expect(peer.transports.size).toBe(1);
    expect([...peer.receiving.consumers.values()].map(({ producer }) => producer.id)).toEqual(
      specs.map(({ pusherId }) => pusherId),
    );
    expect(bob.connection.allReceived('pusherClosed')).toEqual([]);
  });

  it('may name as many users as a room has, with one connection each', async () => {
    using rooms = openPushPullRooms(backend(), { limits: { maxTransportsPerPeer: 1, maxPeersPerRoom: 5 } });
    const bob = await rooms.join('bob');
    for (const name of ['a', 'b', 'c', 'd']) {
      const other = await rooms.join(name, { extensions: ['pushers'] });
      const { pushers = [] } = await other.push(offer('firefox-push-video'));
      await expect(other.push(offer('firefox-push-audio'))).resolves.toHaveProperty('sdp');
      await bob.pull(name, offer('firefox-pull-video-aligned'), pushers.map(toSpec));
    }
    expect(peerOf(rooms, 'bob').transports.size).toBe(4);
  });
});

describe('a refused pull', () => {
  const codes: [why: string, offered: OfferName, pushed: OfferName, message: RegExp][] = [
    [
      'no section left',
      'chromium-pull-video-aligned',
      'chromium-push-audio-video',
      /^handle pull sdp failed: the offer has no audio section left for opus$/,
    ],
    [
      'no second section left',
      'chromium-pull-video-aligned',
      'chromium-push-two-videos',
      /^handle pull sdp failed: the offer has no video section left for VP8$/,
    ],
    [
      'an offer that sends',
      'chromium-push-video',
      'chromium-push-audio-video',
      /^handle pull sdp failed: the offer has no audio section left for opus$/,
    ],
  ];

  it.each(codes)('has 488 and the reason: %s', async (_why, offered, pushed, message) => {
    using rooms = openPushPullRooms(backend());
    const { bob, specs } = await meet(rooms, pushed);
    await expect(bob.pull('alice', offer(offered), specs)).rejects.toMatchObject({
      code: 488,
      message: expect.stringMatching(message) as string,
    });
    expect(peerOf(rooms, 'bob').transports.size).toBe(0);
    await bob.pull('alice', offer('firefox-pull-video-aligned'), specs.slice(-1));
  });

  it('names the codec that the offer lacks', async () => {
    using rooms = openPushPullRooms(backend());
    const { bob, specs } = await meet(rooms, 'chromium-push-video');
    const opusOnly = offer('chromium-pull-video-aligned').replace('rtpmap:120 VP8', 'rtpmap:120 H264');
    await expect(bob.pull('alice', opusOnly, specs)).rejects.toMatchObject({
      code: 488,
      message: 'handle pull sdp failed: section "0" must offer VP8; it offers H264',
    });
  });

  it.each([
    ['unknown', () => 'unknown-pusher'],
    ['dead', (ids: Ids) => ids.dead],
    ["another user's", (ids: Ids) => ids.foreign],
  ] as const)('names a pusher that is %s', async (_what, choose) => {
    using rooms = openPushPullRooms(backend());
    const { alice, bob, pushers } = await meet(rooms, 'chromium-push-two-videos');
    const carol = await rooms.join('carol', { extensions: ['pushers'] });
    const { pushers: foreign = [] } = await carol.push(offer('firefox-push-video'));
    await alice.sendRequest('unpush', { pusherIds: [pushers[0]!.pusherId] });
    const pusherId = choose({ dead: pushers[0]!.pusherId, foreign: foreign[0]!.pusherId });
    await expect(
      bob.pull('alice', offer('firefox-pull-video-aligned'), [{ type: 'video', pusherId }]),
    ).rejects.toMatchObject({ code: -1, message: `pusher not found ${pusherId}` });
  });

  it('names a pusher of the same user', async () => {
    using rooms = openPushPullRooms(backend());
    const { alice, specs } = await meet(rooms);
    await expect(alice.pull('alice', offer('firefox-pull-aligned'), specs)).rejects.toMatchObject({
      code: -1,
      message: `pusher not found ${specs[0]!.pusherId}`,
    });
  });

  it('names a spec of the wrong kind, no spec, or a spec twice', async () => {
    using rooms = openPushPullRooms(backend());
    const { bob, specs } = await meet(rooms);
    const [audio, video] = specs as [(typeof specs)[0], (typeof specs)[0]];
    const refusals = [
      [[{ ...video, type: 'audio' }], 'invalid pull request: specs.0.type: Expected video'],
      [[], 'invalid pull request: specs: Expected at least 1'],
      [[audio, audio], 'invalid pull request: specs: Expected each pusher once'],
    ] as const;
    for (const [wanted, message] of refusals) {
      await expect(bob.pull('alice', offer('firefox-pull-aligned'), wanted)).rejects.toMatchObject({
        code: -1,
        message,
      });
    }
  });
});

interface Ids {
  readonly dead: string;
  readonly foreign: string;
}
