import { flushMicrotasks } from '@tureen/testkit/flushMicrotasks';
import { systemClock } from '@tureen/kernel';
import type { DialectAdapter } from '../../packages/server/src/dialects/Connection.ts';
import type { MediaBackend } from '../../packages/server/src/engine/MediaBackend.ts';
import { offer } from '../../packages/server/src/testing/offers.ts';
import type { OfferName } from '../../packages/server/src/testing/offers.ts';
import { openV2Rooms } from '../../packages/server/src/testing/openV2Rooms.ts';
import { openPushPullRooms } from '../../packages/server/src/testing/openPushPullRooms.ts';
import type { V3Client } from '../../packages/server/src/testing/V3Client.ts';
import { Attacker } from './Attacker.ts';
import { isV2, type DialectName } from './dialects.ts';
import { Fuzzer } from './Fuzzer.ts';
import { HonestPeers, type HonestPeer } from './HonestPeers.ts';
import { seededRandom } from './random.ts';
import { FaultList, heapUsed, type FuzzOptions, type FuzzReport } from './report.ts';
import { samplesOf, type Samples } from './samples.ts';

/** Maximum number of messages of one connection. */
const messagesPerAttacker = 400;
/** Messages between two checks of the honest peers. */
const messagesPerCheck = 100;
const answerTimeoutMs = 20_000;
/** Default grace period of the server for a disconnected peer. */
const graceMs = 30_000;

/** First messages of a well-behaved client. Without them, most of the server's code would stay unreached. */
export const openings: Readonly<Record<DialectName, readonly string[]>> = {
  'mediasoup-v3': ['getRouterRtpCapabilities', 'createWebRtcTransport', 'createWebRtcTransport', 'join', 'produce'],
  'mediasoup-v2': ['queryRoom', 'join', 'createTransport', 'createTransport', 'createProducer'],
  'mediasoup-v2-beta': ['queryRoom', 'joinRoom', 'createTransport', 'createTransport', 'createProducer'],
  'mediasoup-v2-alpha': ['join', 'createTransport', 'createTransport', 'createReceiver'],
  'push-pull': ['join', 'push', 'pull'],
};

/** First messages of a client that prepares its join, and does not join. */
const preparing: readonly string[] = [
  'getRouterRtpCapabilities',
  'queryRoom',
  'createWebRtcTransport',
  'connectWebRtcTransport',
  'prepare',
];

/**
 * Sends malformed messages to a server: its socket code, its dialect, its rooms and a real media worker. Two honest peers with media
 * stay in the room, one of the dialect and one of mediasoup-v3.
 */
export async function fuzzServer(backend: MediaBackend, options: FuzzOptions): Promise<FuzzReport> {
  const { dialect, seed, messages, huge = 100_000 } = options;
  using list = new FaultList();
  const random = seededRandom(seed);
  const counts: Record<string, number> = {
    connections: 0,
    welcomed: 0,
    prepared: 0,
    resumed: 0,
    answered: 0,
    refused: 0,
    bytes: 0,
  };
  const resumables: { token?: string }[] = [{}, {}, {}];
  using world = await openWorld(backend, dialect);
  const { registry, clock, logs } = world.rooms;
  for (const { id } of world.peers) await registry.get('room')?.peers.get(id)?.receiving.whenOffersMade();
  const honest = new HonestPeers(world.peers, registry, (fault) => {
    list.add(fault);
  });
  const samples = withOffers(dialect, samplesOf(dialect, 'server'));
  let heapBefore: number | null = null;

  while (list.at < messages && list.faults.length === 0) {
    const who = random.below(3);
    const id = `mallory${String(who)}`;
    const own =
      dialect === 'push-pull' ? { roomId: 'room', userId: id } : dialect === 'mediasoup-v2' ? { peerName: id } : {};
    const fuzzer = new Fuzzer(random, samples, { huge, own, resumable: resumables[who] ?? {} });
    fuzzer.learn('room', id, ...world.ids);
    const wantsWelcome = random.chance(0.5);
    const attacker = new Attacker({
      id,
      wantsWelcome,
      adapter: world.adapter,
      fuzzer,
      clock,
      logger: logs.logger,
      counts,
    });
    counts.connections = (counts.connections ?? 0) + 1;
    if (fuzzer.hasResumeToken && random.chance(0.4)) {
      await attacker.behave(openings[dialect].find((method) => method.startsWith('join')) ?? '', true);
      list.at += 1;
    } else if (random.chance(0.8))
      for (const method of wantsWelcome && random.chance(0.5) ? preparing : openings[dialect]) {
        if (list.at >= messages) break;
        await attacker.behave(method);
        list.at += 1;
      }
    counts.prepared = (counts.prepared ?? 0) + registry.prepared.size;
    const end = Math.min(messages, list.at + 1 + random.below(random.chance(0.5) ? 12 : messagesPerAttacker));
    while (list.at < end && attacker.socket.isOpen) {
      attacker.attack();
      list.at += 1;
      if (list.at % 10 === 0) await flushMicrotasks();
      if (list.at % messagesPerCheck === 0) await check(attacker);
    }
    // Some connections close with requests pending.
    if (random.chance(0.7)) await check(attacker);
    attacker.socket.drop();
    await flushMicrotasks();
    // A reconnecting peer may miss its grace period. (In push-pull, the media of the honest peers would expire as well.)
    if (dialect !== 'push-pull' && random.chance(0.3)) clock.advance(graceMs);
    if (heapBefore === null && list.at > messages / 4) heapBefore = heapUsed();
  }
  await flushMicrotasks();
  await honest.check();
  clock.advance(graceMs);
  const left = [...(registry.get('room')?.peers.keys() ?? [])].filter((id) => id.startsWith('mallory'));
  if (left.length > 0) list.add(`${left.join(', ')} did not leave the room`);
  if (registry.prepared.size > 0) list.add(`${String(registry.prepared.size)} peers remain prepared`);
  const heapAfter = heapUsed();
  const heapGrowth = heapBefore === null || heapAfter === null ? null : heapAfter - heapBefore;
  return { dialect, direction: 'server', seed, messages: list.at, counts, heapGrowth, faults: list.faults };

  async function check(attacker: Attacker): Promise<void> {
    let cancel = () => {};
    const timeout = new Promise<void>((resolve) => {
      cancel = systemClock.after(answerTimeoutMs, () => {
        list.add(`no response to ${attacker.unanswered.join(', ')}`);
        resolve();
      });
    });
    await Promise.race([attacker.answered(), timeout]);
    cancel();
    await honest.check();
    list.checkPrototypes();
    for (const line of logs.lines)
      if (line.level >= 50) list.add(`${line.msg}: ${String((line.err as Error | undefined)?.stack)}`);
    logs.lines.length = 0;
  }
}

async function openWorld(backend: MediaBackend, dialect: DialectName) {
  if (dialect === 'push-pull') {
    const rooms = openPushPullRooms(backend);
    const v3 = await produceAs(await rooms.joinV3('honest'));
    const user = await rooms.join('honest-too');
    await user.push(offer('chromium-push-audio-video'));
    const { connection } = user;
    const native: HonestPeer = { id: 'honest-too', dialect, connection, ask: () => user.sendRequest('heartbeat', {}) };
    return worldOf(rooms, rooms.adapter, v3, native);
  }
  const rooms = openV2Rooms(backend);
  const v3 = await produceAs(await rooms.joinV3('honest'));
  if (!isV2(dialect)) {
    const client = await rooms.joinV3('honest-too');
    return worldOf(rooms, rooms.v3, v3, asHonest(client, 'honest-too'));
  }
  const client = await rooms.join(dialect, 'honest-too');
  await client.produce('audio');
  const { connection } = client;
  // The alpha dialect has no request without an effect.
  const ask = async () => (dialect === 'mediasoup-v2-alpha' ? undefined : client.sendMessage('queryRoom'));
  const native: HonestPeer = { id: 'honest-too', dialect, connection, ask };
  return worldOf(rooms, rooms.adapters[dialect], v3, native);
}

function worldOf<Rooms extends Disposable & Pick<ReturnType<typeof openV2Rooms>, 'registry' | 'clock' | 'logs'>>(
  rooms: Rooms,
  adapter: DialectAdapter,
  v3: V3Client,
  native: HonestPeer,
) {
  const peers = [asHonest(v3, 'honest'), native];
  const ids = peers.flatMap(({ id }) => {
    const peer = rooms.registry.get('room')?.peers.get(id);
    return [id, ...(peer?.transports.keys() ?? []), ...(peer?.sending.producers.keys() ?? [])];
  });
  return {
    rooms,
    adapter,
    peers,
    ids,
    [Symbol.dispose]() {
      rooms[Symbol.dispose]();
    },
  };
}

async function produceAs(client: V3Client): Promise<V3Client> {
  await client.produce('audio');
  await client.produce('video');
  await client.produceData();
  return client;
}

function asHonest(client: V3Client, id: string): HonestPeer {
  return {
    id,
    dialect: 'mediasoup-v3',
    connection: client.connection,
    ask: () => client.sendMessage('getTransportStats', { transportId: client.sendTransport?.id ?? '' }),
  };
}

/** Replaces the short offers of the examples with offers of real browsers. */
export function withOffers(dialect: DialectName, samples: Samples): Samples {
  if (dialect !== 'push-pull') return samples;
  const names: Readonly<Record<string, readonly OfferName[]>> = {
    push: ['chromium-push-audio-video', 'firefox-push-audio-video', 'chromium-push-simulcast', 'firefox-push-video'],
    pull: ['chromium-pull-aligned', 'firefox-pull-aligned'],
  };
  const offers = samples.messages.flatMap(({ method, kind, data }) =>
    (names[method] ?? []).map((name) => {
      const sdp = { type: 'offer', sdp: offer(name) };
      return { method, kind, data: { ...Object(data), sdp } as unknown };
    }),
  );
  return { ...samples, messages: [...offers, ...samples.messages] };
}
