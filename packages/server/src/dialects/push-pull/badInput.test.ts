import { clientToServer } from '@tureen/protocol/push-pull';
import type { ClientMethod } from '@tureen/protocol/push-pull';
import { describe, expect, it } from 'vitest';
import { offer } from '../../testing/offers.ts';
import { openPushPullRooms } from '../../testing/openPushPullRooms.ts';
import type { PushPullClient } from '../../testing/PushPullClient.ts';
import { useBackend } from '../../testing/useBackend.ts';

const backend = useBackend();

const me = { roomId: 'room', userId: 'alice' };
const sdp = { type: 'offer', sdp: offer('chromium-push-audio') };
const named: [data: unknown, reason: string][] = [
  [me, 'pusherIds: Required'],
  [{ ...me, pusherIds: 'all' }, 'pusherIds: Expected Array'],
  [{ ...me, pusherIds: [{}] }, 'pusherIds.0: Expected string'],
];

/** Malformed data and the text of the refusal. */
const wrong: Readonly<Record<ClientMethod, readonly (readonly [data: unknown, reason: string])[]>> = {
  join: [
    [{ userId: 'alice' }, 'roomId: Required'],
    [{ roomId: 'room' }, 'userId: Required'],
    [{ roomId: '', userId: 'alice' }, 'roomId: Expected at least 1 character'],
    [{ roomId: 'room', userId: 'a'.repeat(129) }, 'userId: Expected at most 128 characters'],
    [{ ...me, userName: 5 }, 'userName: Expected string'],
    [{ ...me, audience: 'yes' }, 'audience: Expected boolean'],
    [{ ...me, appData: [] }, 'appData: Expected object'],
    [{ ...me, resumeToken: 5 }, 'resumeToken: Expected string'],
    [{ ...me, extensions: 'all' }, 'extensions: Expected Array'],
  ],
  push: [
    [{ sdp }, 'roomId: Required'],
    [me, 'sdp: Required'],
    [{ ...me, sdp: { type: 'offer' } }, 'sdp: Required'],
    [{ ...me, sdp: '' }, 'sdp: Expected at least 1 character'],
    [{ ...me, sdp, source: 5 }, 'source: Expected string'],
    [{ ...me, sdp, paused: 'no' }, 'paused: Expected boolean'],
    [{ ...me, sdp, appData: { text: 'x'.repeat(8192) } }, 'appData: Expected at most 8192 bytes'],
  ],
  pull: [
    [{ ...me, sdp, specs: [] }, 'targetUserId: Required'],
    [{ ...me, targetUserId: 'bob', specs: [] }, 'sdp: Required'],
    [{ ...me, targetUserId: 'bob', sdp }, 'specs: Required'],
    [{ ...me, targetUserId: 'bob', sdp, specs: {} }, 'specs: Expected Array'],
    [{ ...me, targetUserId: 'bob', sdp, specs: [{ pusher_id: 'p' }] }, 'specs.0.type: Required'],
    [{ ...me, targetUserId: 'bob', sdp, specs: [{ type: 'audio' }] }, 'specs.0.pusherId: Required'],
    [
      { ...me, targetUserId: 'bob', sdp, specs: [{ type: 'smell', pusher_id: 'p' }] },
      'specs.0.type: Expected ("audio" | "video")',
    ],
  ],
  heartbeat: [[{ roomId: 'room' }, 'userId: Required']],
  textMessage: [],
  leave: [[{}, 'roomId: Required']],
  unpush: named,
  pausePush: named,
  resumePush: named,
  pausePull: named,
  resumePull: named,
  closeConsumer: named,
};

const cases = Object.entries(wrong).flatMap(([method, faults]) =>
  faults.map(([data, reason]) => [method, data, reason] as const),
);

/** Expects that the client is still connected and gets responses. */
const isServed = (client: PushPullClient) =>
  expect(client.sendRequest('heartbeat', {})).resolves.toEqual({ roomId: 'room', userId: client.userId });

describe('a malformed request', () => {
  it.each(cases)('is refused for %s %j with: %s', async (method, data, reason) => {
    using rooms = openPushPullRooms(backend());
    const alice = method === 'join' ? rooms.connect('alice') : await rooms.join('alice');
    await expect(alice.connection.sendRequest(method, data)).rejects.toMatchObject({
      code: -1,
      message: expect.stringContaining(`invalid ${method} request: ${reason}`) as string,
    });
    if (method === 'join') await alice.join();
    await isServed(alice);
  });

  it.each([null, 5, 'text', [1, 2]])('is refused with any data: %j', async (data) => {
    using rooms = openPushPullRooms(backend());
    const alice = await rooms.join('alice');
    await expect(alice.connection.sendRequest('heartbeat', data)).rejects.toMatchObject({ code: -1 });
    await isServed(alice);
  });

  it.each(['newUser', 'constructor', '__proto__', 'textMessage', ''])('is unknown: %j', async (method) => {
    using rooms = openPushPullRooms(backend());
    const alice = await rooms.join('alice');
    await expect(alice.connection.sendRequest(method, me)).rejects.toMatchObject({
      code: -1,
      message: `unknown request.method "${method}"`,
    });
    await isServed(alice);
  });
});

describe('a request at the wrong time', () => {
  const requests = Object.keys(clientToServer).filter((method) => method !== 'join' && method !== 'textMessage');

  it.each(requests)('is refused, once: %s before join', async (method) => {
    using rooms = openPushPullRooms(backend());
    const alice = rooms.connect('alice');
    const data = { ...me, sdp, targetUserId: 'bob', specs: [], pusherIds: [] };
    await expect(alice.connection.sendRequest(method, data)).rejects.toMatchObject({
      code: -1,
      message: method === 'heartbeat' ? 'handle heartbeat failed' : 'not joined',
    });
    expect(alice.connection.arrivals).toHaveLength(1);
    await alice.join();
    await isServed(alice);
  });

  it.each(requests)('is refused: %s as another user, or in another room', async (method) => {
    using rooms = openPushPullRooms(backend());
    const [alice] = [await rooms.join('alice'), await rooms.join('bob')];
    for (const who of [
      { roomId: 'room', userId: 'bob' },
      { roomId: 'elsewhere', userId: 'alice' },
    ]) {
      const data = { ...who, sdp, targetUserId: 'bob', specs: [], pusherIds: [] };
      await expect(alice.connection.sendRequest(method, data)).rejects.toMatchObject({
        code: -1,
        message: `not joined as ${who.userId} in ${who.roomId}`,
      });
    }
    await isServed(alice);
  });

  it('is refused: a second join, and a join as another user', async () => {
    using rooms = openPushPullRooms(backend());
    const alice = await rooms.join('alice');
    await expect(alice.join()).rejects.toMatchObject({ code: -1, message: 'already joined' });
    await expect(
      alice.connection.sendRequest('join', { roomId: 'room', userId: 'bob', userName: 'Bob' }),
    ).rejects.toMatchObject({ code: -1, message: 'not joined as bob in room' });
    await isServed(alice);
  });

  it('is refused after leave', async () => {
    using rooms = openPushPullRooms(backend());
    const alice = await rooms.join('alice');
    await alice.sendRequest('leave', {});
    await expect(alice.push(offer('chromium-push-audio'))).rejects.toMatchObject({ code: -1, message: 'not joined' });
  });
});

describe('a malformed notification', () => {
  it.each([
    ['textMessage', { ...me }],
    ['textMessage', { ...me, message: 5 }],
    ['unpush', me],
    ['nonsense', {}],
    ['push', { ...me, sdp }],
    ['constructor', {}],
  ])('is counted, and the connection stays open: %s %j', async (method, data) => {
    using rooms = openPushPullRooms(backend());
    const alice = await rooms.join('alice');
    alice.connection.sendNotification(method, data);
    expect(alice.connection.badNotifications).toHaveLength(1);
    await isServed(alice);
  });
});

describe('an offer that the server cannot serve', () => {
  const good = offer('chromium-push-audio-video');
  const lines = (sdpText: string, isKept: (line: string) => boolean) =>
    sdpText.split('\r\n').filter(isKept).join('\r\n');
  const without = (prefix: string) => lines(good, (line) => !line.startsWith(prefix));
  const offers: [what: string, sdp: string, reason: RegExp][] = [
    ['text that is no SDP', 'garbage', /the offer has no media section/],
    ['only a session', 'v=0\r\no=- 1 1 IN IP4 0.0.0.0\r\ns=-\r\nt=0 0\r\n', /the offer has no media section/],
    [
      'too many sections',
      `v=0\r\n${'m=audio 9 UDP/TLS/RTP/SAVPF 0\r\n'.repeat(33)}`,
      /the offer has more than 32 media sections/,
    ],
    ['sections without mid', without('a=mid'), /section 0 has no a=mid/],
    ['a mid that is too long', good.replaceAll('a=mid:0', 'a=mid:123456789'), /an a=mid of more than 8 characters/],
    ['the same mid twice', good.replaceAll('a=mid:1', 'a=mid:0'), /two sections have the same a=mid/],
    ['sections that are not bundled', without('a=group'), /not in one a=group:BUNDLE/],
    ['no fingerprint', without('a=fingerprint'), /no a=fingerprint/],
    ['no setup', without('a=setup'), /no a=setup/],
    ['a passive client', good.replaceAll('a=setup:actpass', 'a=setup:passive'), /a=setup must be actpass or active/],
    ['an unknown digest', good.replaceAll('sha-256', 'md5'), /a=fingerprint has an unknown algorithm/],
    ['an invalid fingerprint', good.replaceAll(/sha-256 \S+/g, 'sha-256 zz'), /a=fingerprint is not a digest/],
    ['RTP without DTLS', good.replaceAll('UDP/TLS/RTP/SAVPF', 'RTP/AVP'), /section "0" does not use RTP over DTLS/],
    ['RTCP on a separate port', without('a=rtcp-mux'), /section "0" has no a=rtcp-mux/],
    ['no sending section', offer('chromium-pull-plain'), /no section of the offer sends media/],
    [
      'every section closed',
      good.replaceAll('m=audio 9', 'm=audio 0').replaceAll('m=video 9', 'm=video 0'),
      /no open section/,
    ],
    ['only data', dataOnly(), /no open section of audio or video/],
    [
      'no supported codec',
      good.replaceAll(/ opus\/48000\/2/g, ' SPEEX/16000'),
      /section "0" has no supported codec: offered .*, supported opus/,
    ],
    ['a codec without a clock', good.replaceAll('opus/48000/2', 'opus'), /section "0"/],
    ['an invalid SSRC', good.replaceAll(/a=ssrc:\d+/g, 'a=ssrc:99999999999'), /section "0" has an invalid a=ssrc/],
  ];

  it.each(offers)('is refused, and leaves nothing behind: %s', async (_what, text, reason) => {
    using rooms = openPushPullRooms(backend());
    const alice = await rooms.join('alice');
    await expect(alice.push(text)).rejects.toMatchObject({
      code: 488,
      message: expect.stringMatching(reason) as string,
    });
    expect(rooms.registry.get('room')?.peers.get('alice')?.transports.size).toBe(0);
    await alice.push(good);
  });

  const tooLarge: [what: string, sdp: string, reason: RegExp][] = [
    ['16385 bytes', good.padEnd(16_385, 'x'), /: the offer has 16385 bytes, the limit is 16384$/],
    [
      'a letter of two bytes too many',
      `${good.padEnd(16_383, 'x')}é`,
      /: the offer has 16385 bytes, the limit is 16384$/,
    ],
    [
      '65 SSRC lines',
      `${without('a=ssrc')}${'a=ssrc:1 cname:x\r\n'.repeat(60)}${'a=ssrc-group:FID 1 2\r\n'.repeat(5)}`,
      /: the offer has 65 SSRC lines, the limit is 64$/,
    ],
  ];

  it.each(tooLarge)('is refused with -1 when it has %s, and the connection stays open', async (_what, text, reason) => {
    using rooms = openPushPullRooms(backend());
    const alice = await rooms.join('alice', { extensions: ['pushers'] });
    const bob = await rooms.join('bob');
    const { pushers = [] } = await alice.push(good);
    const specs = pushers.map(({ pusherId, rtpParam }) => ({ type: rtpParam.av_type, pusherId }));
    const refusal = { code: -1, message: expect.stringMatching(reason) as string };
    await expect(alice.push(text)).rejects.toMatchObject(refusal);
    await expect(bob.pull('alice', text, specs)).rejects.toMatchObject(refusal);
    await bob.pull('alice', offer('chromium-pull-aligned'), specs);
    expect(rooms.registry.get('room')?.peers.get('alice')?.sending.producers.size).toBe(2);
  });

  it('is served up to the limit, and beyond it with a higher limit', async () => {
    using rooms = openPushPullRooms(backend());
    using wide = openPushPullRooms(backend(), { maxOfferBytes: 20_000, maxOfferSsrcLines: 1000 });
    const padded = (bytes: number) => `${good}a=x:`.padEnd(bytes - 2, 'x').concat('\r\n');
    expect(await (await rooms.join('alice')).push(padded(16_384))).toHaveProperty('sdp');
    expect(await (await wide.join('alice')).push(padded(20_000))).toHaveProperty('sdp');
    const alice = await wide.join('bob');
    expect(await alice.push(`${without('a=ssrc')}${'a=ssrc:1 cname:x\r\n'.repeat(200)}`)).toHaveProperty('sdp');
  });

  it('is served in part: closed and unknown sections are refused, the others are accepted', async () => {
    using rooms = openPushPullRooms(backend());
    const alice = await rooms.join('alice', { extensions: ['pushers'] });
    const { pushers = [], sdp: answer } = await alice.push(good.replace('m=audio 9', 'm=audio 0'));
    expect(pushers.map(({ mid }) => mid)).toEqual(['1']);
    expect(answer).toContain('m=audio 0 ');
    expect(answer).toContain('a=group:BUNDLE 1\r\n');
  });

  it('cannot write lines into the offer or answer of another user', async () => {
    using rooms = openPushPullRooms(backend());
    const alice = await rooms.joinV3('alice');
    const track = await alice.produce('video');
    const { rtpParameters } = track;
    const withParameters = (evil: object) => ({
      codecs: rtpParameters.codecs.map((codec) => ({ ...codec, parameters: { ...codec.parameters, ...evil } })),
    });
    const sendRequest = (evil: object) =>
      alice.connection.sendRequest('produce', {
        transportId: alice.sendTransport!.id,
        kind: 'video',
        rtpParameters: { ...rtpParameters, mid: 'evil', encodings: [{ ssrc: 4_000_000 }], ...evil },
      });
    for (const [evil, field] of [
      [{ rtcp: { cname: 'c\r\na=evil:2' } }, 'rtcp.cname'],
      [withParameters({ 'x-a': 'b\r\na=evil:1' }), 'codecs.0.parameters.x-a'],
      [withParameters({ 'y\r\na=evil': 1 }), 'codecs.0.parameters'],
    ] as const)
      await expect(sendRequest(evil)).rejects.toMatchObject({
        code: 400,
        message: expect.stringContaining(`rtpParameters.${field}: Expected`) as string,
      });

    const stranger = rooms.connect('b\r\na=evil:3');
    await expect(stranger.join()).rejects.toMatchObject({
      message: expect.stringContaining('userId: Expected no control, bidi or zero-width characters') as string,
    });

    // A value that is valid in an fmtp of one dialect is left out of an SDP where it could have another meaning.
    const { id } = (await sendRequest(withParameters({ 'x-b': 'evil value', 'level-asymmetry-allowed': 1 }))) as {
      id: string;
    };
    const bob = await rooms.join('bob');
    const { sdp: answer } = await bob.pull('alice', offer('firefox-pull-video-aligned'), [
      { type: 'video', pusherId: id },
    ]);
    expect(answer).not.toContain('evil');
  });

  function dataOnly(): string {
    const [head = '', , data = ''] = offer('chromium-push-with-data').split(/(?=^m=)/m);
    return `${head}${data}`;
  }
});

it('every request has a case in this file', () => {
  expect(Object.keys(wrong).sort()).toEqual(Object.keys(clientToServer).sort());
});
