import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import type { Arrival, MemoryConnection } from '../../testing/MemoryConnection.ts';
import { openV2Rooms } from '../../testing/openV2Rooms.ts';
import { useBackend } from '../../testing/useBackend.ts';

type Payload = Readonly<Record<string, unknown>>;

interface Frame {
  readonly peer: string;
  readonly from: 'client' | 'server';
  readonly kind: 'request' | 'response' | 'notification';
  readonly method: string;
  readonly payload?: Payload;
}

/** Recorded call of three genuine mediasoup-client 2.4.11 on the genuine mediasoup 2.6.19, frame by frame. */
const recording = new URL('../../../../protocol/src/mediasoup-v2/fixtures/genuineCall.json', import.meta.url);
const call = JSON.parse(readFileSync(recording, 'utf8')) as { readonly step: string; readonly frames: Frame[] }[];

/** Fields in which Tureen's server differs from the genuine one, or adds to it, and why. */
const deviations: readonly { readonly methods: RegExp; readonly field: string; readonly why: string }[] = [
  { methods: /^join$/, field: 'extensions', why: 'additive: supported extensions of the protocol' },
  { methods: /^(join|newPeer)$/, field: 'dialect', why: 'additive: the dialect of the peer' },
  {
    methods: /^(join|newConsumer)$/,
    field: 'paused',
    why: 'the actual value; the genuine server sends false until the consumer is enabled',
  },
  {
    methods: /^(join|newConsumer|enableConsumer)$/,
    field: 'effectiveProfile',
    why: 'no media flows here, so no profile takes effect',
  },
  {
    methods: /^(consumer|producer)(Paused|Closed)$/,
    field: 'appData',
    why: 'actions of the server are the same for all dialects, some of which have no field for a reason',
  },
];
/** Notification that this call cannot cause, as no media flows. */
const uncaused = 'consumerEffectiveProfileChanged';

/** The worker may name a speaker even in a silent call, if the call lasts long enough. */
const isSpeaker = (arrival: Arrival) => 'method' in arrival && arrival.method === 'active-speaker';

const backend = useBackend();

it('genuine clients receive the responses and notifications of the genuine server, in its order', async () => {
  using rooms = openV2Rooms(backend());
  const connections = new Map<string, MemoryConnection>();
  /** Arrivals that were compared already, or that are not part of the call. */
  const read = new Set<Arrival>();
  /** Numbers of Tureen's server, by those of the genuine server. */
  const numbers = new Map<unknown, unknown>();

  const connectionOf = (peer: string) => {
    const connection = connections.get(peer) ?? rooms.connect('mediasoup-v2', peer).connection;
    connections.set(peer, connection);
    return connection;
  };
  const nextOf = async (peer: string) => {
    const arrival = await connectionOf(peer).arrival((one) => !read.has(one) && !isSpeaker(one));
    read.add(arrival);
    return arrival;
  };
  /** Resolves when all earlier messages were handled, by the response to a harmless request. */
  const taken = async (peer: string) => {
    const connection = connectionOf(peer);
    await connection.sendRequest('mediasoup-request', { method: 'queryRoom', target: 'room' }).catch(() => {
      // A peer that left gets this response.
    });
    const answer = connection.arrivals.findLast(({ kind }) => kind === 'answer' || kind === 'refusal');
    if (answer !== undefined) read.add(answer);
  };
  const alice = () => rooms.registry.get('room')?.peers.get('alice');
  const consumer = () => [...(alice()?.receiving.consumers.values() ?? [])].find(({ kind }) => kind === 'video');
  const producer = () => [...(alice()?.sending.producers.values() ?? [])].find(({ kind }) => kind === 'audio');
  /** Actions of the server itself. */
  const acts: Readonly<Record<string, () => unknown>> = {
    'the server pauses the consumer': () => consumer()?.pause('server'),
    'the server resumes the consumer': () => consumer()?.resume('server'),
    'the server prefers medium': () => consumer()?.setPreferredLayers({ spatialLayer: 1 }, 'server'),
    'the server pauses audio': () => producer()?.pause(),
    'the server resumes audio': () => producer()?.resume(),
    'the server closes audio': () => producer()?.close(),
    kick: () => rooms.registry.kick('room', 'alice', { appData: { why: 'moderator' } }),
  };

  for (const { step, frames } of call) {
    await acts[step]?.();
    for (const frame of frames) {
      if (frame.from === 'client') say(connectionOf(frame.peer), frame, numbers);
      else if (frame.method !== uncaused) {
        const arrival = await nextOf(frame.peer);
        learn(numbers, frame, arrival);
        expect({ step, peer: frame.peer, ...actual(arrival, frame) }).toEqual({
          step,
          peer: frame.peer,
          ...expected(frame, numbers),
        });
      }
    }
    for (const [peer, connection] of connections) if (!connection.closed) await taken(peer);
  }
  const unread = [...connections].flatMap(([peer, { arrivals }]) =>
    arrivals
      .filter((one) => !read.has(one) && !isSpeaker(one) && one.kind !== 'closed')
      .map((arrival) => ({ peer, arrival })),
  );
  expect(unread).toEqual([]);
  expect(rooms.logs.lines.filter(({ level }) => level >= 40)).toEqual([]);
});

/** Sends a message of the genuine client, with the numbers of Tureen's server. */
function say(connection: MemoryConnection, { kind, method, payload }: Frame, numbers: ReadonlyMap<unknown, unknown>) {
  const data = withNumbers(payload, numbers);
  if (kind === 'notification') connection.sendNotification('mediasoup-notification', data);
  else {
    // The test compares refusals too.
    connection.sendRequest(method === 'request-consumer-keyframe' ? method : 'mediasoup-request', data).catch(() => {});
  }
}

/** Learns the numbers of consumers, which the server chooses. */
function learn(numbers: Map<unknown, unknown>, { method, payload }: Frame, arrival: Arrival): void {
  const data = 'data' in arrival ? (arrival.data as Payload) : {};
  if (method === 'newConsumer') numbers.set(payload?.id, data.id);
  if (method !== 'join') return;
  const consumersOf = (answer: Payload = {}) =>
    ((answer.peers ?? []) as { consumers: { id: number }[] }[]).flatMap(({ consumers }) => consumers);
  const ours = consumersOf(data);
  for (const [index, { id }] of consumersOf(payload).entries()) numbers.set(id, ours[index]?.id);
}

function expected({ kind, method, payload }: Frame, numbers: ReadonlyMap<unknown, unknown>) {
  return { kind, method, payload: comparable(withNumbers(payload ?? {}, numbers), method) };
}

function actual(arrival: Arrival, { method }: Frame) {
  if (arrival.kind === 'closed' || arrival.kind === 'refusal') return { ...arrival };
  const data = arrival.data as Payload;
  const isAnswer = arrival.kind === 'answer';
  return {
    kind: isAnswer ? 'response' : arrival.kind,
    method: isAnswer ? method : (data.method ?? arrival.method),
    payload: comparable(data, method),
  };
}

function withNumbers(payload: unknown, numbers: ReadonlyMap<unknown, unknown>): unknown {
  return JSON.parse(JSON.stringify(payload), (key, value: unknown) =>
    key === 'id' || key === 'consumerId' ? (numbers.get(value) ?? value) : value,
  );
}

/** Replaces values that differ between servers by their shape. */
function comparable(value: unknown, method: string, key = ''): unknown {
  if (key === 'rtpCapabilities') return Object.keys(value as object).sort();
  if (key === 'rtpParameters') {
    const { codecs, encodings } = value as { codecs: { name: string }[]; encodings: unknown };
    return {
      keys: Object.keys(value as object).sort(),
      codecs: codecs.map(({ name }) => name),
      encodings: comparable(encodings, method),
    };
  }
  if (key === 'iceCandidates' || key === 'stats') return Array.isArray(value);
  if (key === 'ssrc' || key === 'fingerprints' || key === 'usernameFragment' || key === 'password') return `<${key}>`;
  if (Array.isArray(value)) return value.map((one) => comparable(one, method));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .filter(([name]) => !deviations.some(({ methods, field }) => field === name && methods.test(method)))
      .map(([name, one]) => [name, comparable(one, method, name)]),
  );
}
