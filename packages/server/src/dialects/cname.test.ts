import { isCname } from '@tureen/protocol/common';
import { randomEntityId, toV2ProducerParameters } from '@tureen/protocol/mediasoup-v2-shared';
import { describe, expect, it } from 'vitest';
import { MemoryConnection } from '../testing/MemoryConnection.ts';
import { offer } from '../testing/offers.ts';
import { openV2Rooms } from '../testing/openV2Rooms.ts';
import { PushPullClient } from '../testing/PushPullClient.ts';
import { audioParameters, videoParameters } from '../testing/rtp.ts';
import { useBackend } from '../testing/useBackend.ts';
import { v2Names, type V2Name } from '../testing/V2Client.ts';
import { createPushPullAdapter } from './push-pull/index.ts';

const backend = useBackend();

/** RTCP parameters of a client that produces. One contains text that a person chose. */
const said: readonly [string, object | undefined][] = [
  ['nothing', undefined],
  ['no CNAME', { reducedSize: true }],
  // mediasoup-client, for streams with a rid.
  ['an empty CNAME', { cname: '' }],
  ['a CNAME that a person chose', { cname: 'alice@home' }],
  ['a CNAME', { cname: 'r67P1V5B65jse1ZH' }],
];

/** Values that no SDP can contain. */
const malformed: readonly [string, object][] = [
  ['a CNAME with a space', { cname: 'my camera' }],
  ['a CNAME with a line break', { cname: 'a\r\na=mid:9' }],
  ['a CNAME beyond ASCII', { cname: 'Zoë' }],
  ['a CNAME that is too long for RTCP', { cname: 'x'.repeat(300) }],
];

/** Opens a room with a receiver in every dialect. */
async function openRoom() {
  const rooms = openV2Rooms(backend());
  const { registry, clock, logs } = rooms;
  const pushPull = createPushPullAdapter({ registry, clock, logger: logs.logger });
  const v3 = await rooms.joinV3('v3-receiver');
  const family = await Promise.all(v2Names.map((name) => rooms.join(name, `${name}-receiver`)));
  const user = (userId: string) => {
    const connection = new MemoryConnection({});
    pushPull.accept(connection);
    return new PushPullClient(connection, 'room', userId);
  };
  const puller = user('puller');
  await puller.join({ extensions: ['pushers', 'pushDetails', 'leave'] });

  const from = (peerId: string) => (entry: { peerId?: string; peerName?: string }) =>
    (entry.peerId ?? entry.peerName) === peerId;
  /** Returns the CNAMEs of everything that the peer sends, in each dialect. */
  const cnamesOf = async (peerId: string, count: number, { pullsVideo = false } = {}) => {
    const room = registry.get('room')!;
    await room.whenOffersMade();
    const heard = [
      ...v3.connection.allReceived('newConsumer').filter((entry) => from(peerId)(entry as object)),
      ...family.flatMap((client) => client.all('newConsumer').filter((entry) => from(peerId)(entry))),
    ] as { rtpParameters: { rtcp?: { cname?: string } } }[];
    expect(heard).toHaveLength(count * (1 + v2Names.length));
    const { sdp } = await puller.pull(
      peerId,
      offer(pullsVideo ? 'firefox-pull-video-aligned' : 'firefox-pull-aligned'),
      [...room.peers.get(peerId)!.sending.producers.values()].map(({ id, kind }) => ({ type: kind, pusherId: id })),
    );
    const inSdp = [...sdp.matchAll(/^a=ssrc:\d+ cname:(.*)\r$/gm)].map(([, cname]) => cname);
    expect(inSdp.length).toBeGreaterThanOrEqual(count);
    return new Set([...heard.map(({ rtpParameters }) => rtpParameters.rtcp?.cname), ...inSdp]);
  };
  return { ...rooms, user, cnamesOf, [Symbol.dispose]: () => registry.close() };
}

type Room = Awaited<ReturnType<typeof openRoom>>;

async function sendV3(room: Room, peerId: string, rtcp: object | undefined): Promise<void> {
  const client = await room.joinV3(peerId);
  const [send] = [...room.registry.get('room')!.peers.get(peerId)!.transports.values()].filter(
    (one) => one.isProducing,
  );
  for (const [kind, { rtcp: _, ...parameters }] of [
    ['video', videoParameters()],
    ['audio', audioParameters()],
  ] as const)
    await client.sendMessage('produce', {
      transportId: send!.id,
      kind,
      rtpParameters: { ...parameters, ...(rtcp === undefined ? {} : { rtcp }) },
      appData: {},
    });
}

async function sendV2(room: Room, dialect: V2Name, peerId: string, rtcp: object | undefined): Promise<void> {
  const client = await room.join(dialect, peerId);
  const { id: transportId } = await client.createTransport('send');
  for (const [kind, parameters] of [
    ['video', videoParameters()],
    ['audio', audioParameters()],
  ] as const) {
    const { rtcp: _, ...rtpParameters } = toV2ProducerParameters(parameters);
    await client.sendMessage('createProducer', {
      id: randomEntityId(),
      kind,
      transportId,
      rtpParameters: { ...rtpParameters, ...(rtcp === undefined ? {} : { rtcp }) },
      paused: false,
    });
  }
}

/** Expects one CNAME of the server, and none from a client. */
function expectServerCname(cnames: ReadonlySet<string | undefined>): string {
  expect([...cnames]).toEqual([expect.stringMatching(/^[A-Za-z0-9+]{16}$/)]);
  const [cname] = cnames;
  expect(isCname(cname)).toBe(true);
  expect(said.map(([, rtcp]) => (rtcp as { cname?: string } | undefined)?.cname)).not.toContain(cname);
  return cname!;
}

describe('the CNAME in parameters of a client', () => {
  it.each(said)('is replaced by a random one in every dialect when a mediasoup-v3 client sends %s', async (_, rtcp) => {
    using room = await openRoom();
    await sendV3(room, 'alice', rtcp);
    expectServerCname(await room.cnamesOf('alice', 2));
  });

  it.each(v2Names.flatMap((dialect) => said.map(([what, rtcp]) => [dialect, what, rtcp] as const)))(
    'is replaced by a random one in every dialect when a %s client sends %s',
    async (dialect, _, rtcp) => {
      using room = await openRoom();
      await sendV2(room, dialect, 'alice', rtcp);
      expectServerCname(await room.cnamesOf('alice', 2));
    },
  );

  it.each([
    ['names one', (sdp: string) => sdp],
    ['names a text that a person chose', (sdp: string) => sdp.replaceAll(/ cname:.*(?=\r)/g, ' cname:alice@home')],
    ['names none', (sdp: string) => sdp.replaceAll(/^a=ssrc.*\r\n/gm, '')],
  ])('is replaced by a random one in every dialect when an offer of push-pull %s', async (_, change) => {
    using room = await openRoom();
    const alice = room.user('alice');
    await alice.join({ extensions: ['leave'] });
    await alice.push(change(offer('chromium-push-video')));
    expectServerCname(await room.cnamesOf('alice', 1, { pullsVideo: true }));
  });

  it.each(malformed)('is refused when a mediasoup-v3 client sends %s', async (_, rtcp) => {
    using room = await openRoom();
    await expect(sendV3(room, 'alice', rtcp)).rejects.toThrow('rtpParameters.rtcp.cname: Expected');
    expect(room.registry.get('room')!.peers.get('alice')!.sending.producers.size).toBe(0);
  });

  it.each(v2Names.flatMap((dialect) => malformed.map(([what, rtcp]) => [dialect, what, rtcp] as const)))(
    'is refused when a %s client sends %s',
    async (dialect, _, rtcp) => {
      using room = await openRoom();
      await expect(sendV2(room, dialect, 'alice', rtcp)).rejects.toThrow('cname: Expected');
      expect(room.registry.get('room')!.peers.get('alice')!.sending.producers.size).toBe(0);
    },
  );

  it('differs from peer to peer, and when a peer joins again', async () => {
    using room = await openRoom();
    const cnames: string[] = [];
    for (const peerId of ['alice', 'bob']) {
      await sendV3(room, peerId, { cname: 'theSame' });
      cnames.push(expectServerCname(await room.cnamesOf(peerId, 2)));
    }
    const alice = () => room.registry.get('room')!.peers.get('alice')!;
    alice().close({ reason: 'left' });
    await sendV3(room, 'alice', { cname: 'theSame' });
    const again = [...alice().sending.producers.values()].map(({ rtpParameters }) => rtpParameters.rtcp?.cname);
    cnames.push(expectServerCname(new Set(again)));
    expect(new Set(cnames).size).toBe(3);
  });
});
