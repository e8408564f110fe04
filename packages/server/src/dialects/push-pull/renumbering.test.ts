import type { Pusher } from '@tureen/protocol/push-pull';
import { parse } from 'sdp-transform';
import { describe, expect, it } from 'vitest';
import { offer } from '../../testing/offers.ts';
import type { OfferName } from '../../testing/offers.ts';
import { openPushPullRooms } from '../../testing/openPushPullRooms.ts';
import { useBackend } from '../../testing/useBackend.ts';

const backend = useBackend();

type Rooms = ReturnType<typeof openPushPullRooms>;

const toSpec = ({ pusherId, rtpParam }: Pusher) => ({ type: rtpParam.av_type, pusherId });
const peerOf = (rooms: Rooms, id: string) => rooms.registry.get('room')!.peers.get(id)!;

/** Opens a room: Alice pushes, and Bob offers as his browser does. */
async function meet(rooms: Rooms, name: OfferName = 'chromium-push-audio-video') {
  const alice = await rooms.join('alice', { extensions: ['pushers'] });
  const bob = await rooms.join('bob');
  const { pushers = [] } = await alice.push(offer(name));
  return { alice, bob, specs: pushers.map(toSpec) };
}

/** Returns the payload types of each section of an answer. */
const numbersOf = (sdp: string) =>
  parse(sdp).media.map(({ rtp }) => rtp.map(({ payload, codec }) => `${codec} ${payload}`));

/** Returns the number of routers in the worker: those of the rooms and side routers. */
async function routerCount(): Promise<number> {
  const [worker] = await backend().dump();
  return worker!.routers.length;
}

/** Creates an offer with opus and VP8 under payload types that no browser uses, as another connection. */
const renumbered = (opus: number, vp8: number) =>
  offer('chromium-pull-aligned')
    .replace(/^o=- \d+/m, `o=- ${String(opus)}${String(vp8)}`)
    .replaceAll(/\b109\b/g, String(opus))
    .replaceAll(/\b120\b/g, String(vp8));

describe('a pull whose offer has other payload types than the router', () => {
  it('is answered and sent with the payload types of the offer', async () => {
    using rooms = openPushPullRooms(backend());
    const { bob, specs } = await meet(rooms);
    const { sdp } = await bob.pull('alice', offer('chromium-pull-plain'), specs);
    expect(numbersOf(sdp)).toEqual([['opus 111'], ['VP8 96']]);
    const sent = [...peerOf(rooms, 'bob').receiving.consumers.values()].map(
      ({ rtpParameters }) => rtpParameters.codecs,
    );
    expect(sent.map((codecs) => codecs.map(({ payloadType }) => payloadType))).toEqual([[111], [96]]);
  });

  it('has only codecs of the offer, and no extension under another number', async () => {
    using rooms = openPushPullRooms(backend());
    const { bob, specs } = await meet(rooms);
    for (const name of ['chromium-pull-plain', 'firefox-pull-plain'] as const) {
      const offered = parse(offer(name)).media;
      for (const [index, { rtp, ext = [], rtcpFb = [] }] of parse(
        (await bob.pull('alice', offer(name), specs)).sdp,
      ).media.entries()) {
        for (const { payload, codec } of rtp)
          expect(offered[index]?.rtp).toContainEqual(expect.objectContaining({ payload, codec }));
        for (const { value, uri } of ext)
          expect(offered[index]?.ext).toContainEqual(expect.objectContaining({ value, uri }));
        expect(rtcpFb.map(({ type }) => type)).not.toContain('goog-remb');
      }
    }
  });

  it('uses the entry with the same profile and packetization mode for H264', async () => {
    using rooms = openPushPullRooms(backend());
    const h264Only = offer('chromium-push-video').replace(
      /^(m=video \d+ \S+) .*$/m,
      (_line, start: string) =>
        `${start} ${String(numberOfH264(offer('chromium-push-video'), 'packetization-mode=1;profile-level-id=42e01f'))}`,
    );
    const alice = await rooms.join('alice', { extensions: ['pushers'] });
    const bob = await rooms.join('bob');
    const { pushers = [] } = await alice.push(h264Only);
    expect(pushers[0]?.rtpParam).toMatchObject({ codec: 'H264', payload_type: 126 });
    const plain = offer('chromium-pull-plain');
    const number = numberOfH264(plain, 'packetization-mode=1;profile-level-id=42e01f');
    const { sdp } = await bob.pull('alice', plain, pushers.map(toSpec));
    expect(numbersOf(sdp)[1]).toEqual([`H264 ${String(number)}`]);

    const without = plain.replaceAll(
      'packetization-mode=1;profile-level-id=42e01f',
      'packetization-mode=1;profile-level-id=640c1f',
    );
    await expect(bob.pull('alice', without, pushers.map(toSpec))).rejects.toMatchObject({
      code: 488,
      message: expect.stringContaining('must offer H264 with packetization-mode=1;profile-level-id=42e01f') as string,
    });
  });

  it.each([
    ['two numbers for one codec', (sdp: string) => sdp.replace(/VP8\/90000/, 'opus/48000/2'), /section/],
    ['one number for two codecs', () => renumbered(120, 120), /payload type 120 is used for two codecs/],
  ] as const)('is refused for %s, and leaves nothing behind', async (_what, change, reason) => {
    using rooms = openPushPullRooms(backend());
    const { bob, specs } = await meet(rooms);
    await expect(bob.pull('alice', change(offer('chromium-pull-aligned')), specs)).rejects.toMatchObject({
      code: 488,
      message: expect.stringMatching(reason) as string,
    });
    expect(peerOf(rooms, 'bob').transports.size).toBe(0);
    await bob.pull('alice', offer('chromium-pull-plain'), specs);
  });

  it('shares a side router with pulls of the same numbers, which closes with the last pull', async () => {
    using rooms = openPushPullRooms(backend());
    const { alice, bob, specs } = await meet(rooms);
    const before = await routerCount();
    const carol = await rooms.join('carol', { extensions: ['leave'] });
    await bob.pull('alice', offer('chromium-pull-plain'), specs);
    await carol.pull('alice', offer('chromium-pull-plain'), specs);
    expect(await routerCount()).toBe(before + 1);
    await carol.sendRequest('leave', {});
    expect(await routerCount()).toBe(before + 1);
    peerOf(rooms, 'bob').close({ reason: 'left' });
    expect(await routerCount()).toBe(before);
    await alice.sendRequest('heartbeat', {});
  });

  it('follows pause, resume and close of the pushed media', async () => {
    using rooms = openPushPullRooms(backend());
    const { alice, bob, specs } = await meet(rooms);
    await bob.pull('alice', offer('chromium-pull-plain'), specs);
    const pusherIds = specs.map(({ pusherId }) => pusherId);
    const [consumer] = peerOf(rooms, 'bob').receiving.consumers.values();
    await alice.sendRequest('pausePush', { pusherIds });
    expect(consumer?.sourcePaused).toBe(true);
    await alice.sendRequest('resumePush', { pusherIds });
    expect(consumer?.sourcePaused).toBe(false);
    await alice.sendRequest('unpush', { pusherIds });
    expect(consumer?.closed).toBe(true);
    expect(peerOf(rooms, 'bob').receiving.consumers.size).toBe(0);
  });

  it('is refused for a ninth payload type of one producer, until another one is free', async () => {
    using rooms = openPushPullRooms(backend());
    const { bob, specs } = await meet(rooms);
    const others = [];
    for (const number of [31, 33, 35, 37, 39, 41, 43, 45]) {
      const other = await rooms.join(`user${String(number)}`, { extensions: ['leave'] });
      await other.pull('alice', renumbered(number, number + 1), specs);
      others.push(other);
    }
    await expect(bob.pull('alice', renumbered(47, 48), specs)).rejects.toMatchObject({
      code: -1,
      message: expect.stringContaining('already has 8 other payload types') as string,
    });
    expect(peerOf(rooms, 'bob').transports.size).toBe(0);
    // Aligned clients need no copy, and clients with a known payload type share a copy.
    await bob.pull('alice', offer('chromium-pull-aligned'), specs);
    await bob.pull('alice', renumbered(31, 32), specs);
    await others.at(-1)!.sendRequest('leave', {});
    await bob.pull('alice', renumbered(47, 48), specs);
  });

  it('may give a codec of one client the number of another codec of another client', async () => {
    using rooms = openPushPullRooms(backend());
    const { bob, specs } = await meet(rooms);
    const carol = await rooms.join('carol');
    const sdps = await Promise.all([
      bob.pull('alice', renumbered(50, 51), specs),
      carol.pull('alice', renumbered(51, 50), specs),
    ]);
    expect(sdps.map(({ sdp }) => numbersOf(sdp))).toEqual([
      [['opus 50'], ['VP8 51']],
      [['opus 51'], ['VP8 50']],
    ]);
  });
});

function numberOfH264(sdp: string, config: string): number {
  const fmtp = parse(sdp).media.flatMap((section) => section.fmtp);
  return fmtp.find((line) => line.config.includes(config))!.payload;
}
