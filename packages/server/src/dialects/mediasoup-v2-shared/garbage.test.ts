import * as v2 from '@tureen/protocol/mediasoup-v2';
import * as alpha from '@tureen/protocol/mediasoup-v2-alpha';
import * as beta from '@tureen/protocol/mediasoup-v2-beta';
import { describe, expect, it } from 'vitest';
import { openV2Rooms } from '../../testing/openV2Rooms.ts';
import { useBackend } from '../../testing/useBackend.ts';
import { v2Names } from '../../testing/V2Client.ts';

const backend = useBackend();

const tables = { 'mediasoup-v2': v2, 'mediasoup-v2-beta': beta, 'mediasoup-v2-alpha': alpha } as const;

/** Returns the same numbers, from 0 to 1, in every run (mulberry32). */
function randomNumbers(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4_294_967_296;
  };
}

const rtpParameters = {
  muxId: 'm',
  codecs: [{ name: 'opus', mimeType: 'audio/opus', payloadType: 111, clockRate: 48_000, channels: 2, parameters: {} }],
  headerExtensions: [{ uri: 'urn:ietf:params:rtp-hdrext:ssrc-audio-level', id: 1 }],
  encodings: [{ ssrc: 900_001, profile: 'low', encodingId: 'r0' }],
  rtcp: { cname: 'c', reducedSize: true, mux: true },
};

/** All possible fields of a message. Each message has some of them, with some values replaced. */
const fields: Readonly<Record<string, unknown>> = {
  id: 1,
  peerName: 'alice',
  kind: 'audio',
  direction: 'recv',
  transportId: 1,
  options: { udp: true, tcp: true },
  dtlsParameters: { role: 'client', fingerprints: [{ algorithm: 'sha-256', value: 'AB:CD' }] },
  rtpCapabilities: { codecs: [], headerExtensions: [] },
  rtpParameters,
  rtpSettings: { useRtx: false },
  paused: true,
  preferredProfile: 'low',
  profile: 'high',
  interval: 5,
  text: 'x',
  spy: false,
  extensions: ['textMessage'],
  appData: { a: [1] },
  displayName: 'A',
  consumerId: 1,
};

const nonsense: readonly unknown[] = [
  null,
  true,
  -1,
  0,
  1.5,
  2 ** 32,
  1e308,
  '',
  '7',
  'x'.repeat(300),
  [],
  {},
  [[]],
  { __proto__: null, constructor: 1 },
  { codecs: [{}] },
  { codecs: [null], encodings: [null] },
  { fingerprints: {} },
];

describe.each(v2Names)('%s', (dialect) => {
  it('survives three thousand malformed messages, and so does the room', async () => {
    using rooms = openV2Rooms(backend());
    const random = randomNumbers(dialect.length);
    const pick = <T>(list: readonly T[]): T => list[Math.floor(random() * list.length)] as T;
    const bystander = await rooms.join(dialect, 'bystander');
    await bystander.produce('audio');
    const methods = [
      ...Object.keys(tables[dialect].clientToServer).filter((name) => !name.startsWith('leave')),
      'change-display-name',
      'request-consumer-keyframe',
      'change-consumer-preferred-profile',
      'nonsense',
    ];

    function spoilt(value: unknown): unknown {
      if (random() < 0.05) return pick(nonsense);
      if (typeof value !== 'object' || value === null || random() < 0.3) return value;
      if (Array.isArray(value)) return value.map(spoilt);
      return Object.fromEntries(
        Object.entries(value)
          .filter(() => random() < 0.9)
          .map(([key, each]) => [key, spoilt(each)]),
      );
    }

    const mallory = await rooms.join(dialect, 'alice');
    const bugs: unknown[] = [];
    for (let i = 0; i < 3000; i += 1) {
      const method = pick(methods);
      const isBare = random() < 0.3;
      const own = {
        id: Math.floor(random() * 5),
        transportId: Math.floor(random() * 5),
        direction: pick(['send', 'recv']),
      };
      const data = spoilt({ ...(isBare ? {} : { method }), ...fields, ...own });
      const name = isBare ? method : pick(['mediasoup-request', 'mediasoup-notification']);
      if (random() < 0.3) mallory.connection.sendNotification(name, data);
      else {
        await mallory.connection.sendRequest(name, data).catch((error: unknown) => {
          if (String(error).includes('BUG')) bugs.push([name, data, String(error)]);
        });
      }
    }
    expect(bugs).toEqual([]);
    expect(rooms.logs.lines.filter(({ level }) => level >= 50)).toEqual([]);
    expect(mallory.connection.closed).toBe(false);
    // The other peers stay connected.
    await bystander.produce('video');
    const late = rooms.connect(dialect, 'late');
    expect((await late.join()).peers.map(({ name }) => name)).toEqual(['bystander', 'alice']);
    mallory.connection.drop();
    await bystander.received('peerClosed');
    expect(rooms.clock.pending).toBe(0);
  });
});
