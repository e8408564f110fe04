import { toV2ProducerParameters } from '@tureen/protocol/mediasoup-v2-shared';
import { afterEach, describe, expect, it } from 'vitest';
import { createMediasoupBackend } from '../engine/mediasoup/index.ts';
import type { MediasoupBackendOptions } from '../engine/mediasoup/index.ts';
import type { MediaBackend } from '../engine/MediaBackend.ts';
import { capturedLogs } from '../testing/capturedLogs.ts';
import { offer } from '../testing/offers.ts';
import { openV2Rooms } from '../testing/openV2Rooms.ts';
import { openRooms } from '../testing/openRooms.ts';
import { openPushPullRooms } from '../testing/openPushPullRooms.ts';
import { audioParameters } from '../testing/rtp.ts';
import { v2Names } from '../testing/V2Client.ts';

let backend: MediaBackend | undefined;
const logs = capturedLogs();
afterEach(() => backend?.close());

async function start(options: Partial<MediasoupBackendOptions> = {}): Promise<MediaBackend> {
  logs.lines.length = 0;
  backend = await createMediasoupBackend({ logger: logs.logger, workers: 1, ...options });
  return backend;
}

/**
 * Returns a range of two ports below those of outgoing connections (from 32,768 on Linux), which other tests use. The first
 * two transports use both ports, as UDP and TCP count separately.
 */
const tinyRange = () => {
  const rtcMinPort = 20_000 + (process.pid % 4000) * 2;
  return {
    rtcMinPort,
    rtcMaxPort: rtcMinPort + 1,
    addresses: [{ ip: '127.0.0.1', announcedAddresses: ['203.0.113.7'] }],
  };
};

async function refusalOf(asked: () => Promise<unknown>, attempts = 1): Promise<{ code: number; message: string }> {
  for (let n = 0; n < attempts; n += 1) {
    try {
      await asked();
    } catch (error) {
      return error as { code: number; message: string };
    }
  }
  throw new Error('nothing was refused');
}

const workerWords = () => logs.lines.filter(({ part }) => part === 'mediasoup').map(({ msg }) => msg);

describe('exhausted media ports', () => {
  const unavailable = { code: 503, message: 'no media port left' };

  it('cause refusals as unavailable in mediasoup-v3, and the text of the worker goes to the log', async () => {
    using rooms = openV2Rooms(await start(tinyRange()));
    const alice = rooms.connectV3('alice');
    await alice.loadDevice();
    const create = () =>
      alice.sendMessage('createWebRtcTransport', { producing: true, consuming: false, forceTcp: false });
    expect(await refusalOf(create, 3)).toMatchObject(unavailable);
    expect(workerWords().join()).toContain('no more available ports');
  });

  it('are usable again after a client has left', async () => {
    using rooms = openV2Rooms(await start(tinyRange()));
    const alice = await rooms.joinV3('alice');
    const bob = rooms.connectV3('bob');
    await bob.loadDevice();
    const create = () =>
      bob.sendMessage('createWebRtcTransport', { producing: true, consuming: false, forceTcp: false });
    expect(await refusalOf(create)).toMatchObject(unavailable);
    alice.connection.drop();
    await create();
  });

  it.each(v2Names)('cause refusals as unavailable in %s', async (dialect) => {
    using rooms = openV2Rooms(await start(tinyRange()));
    const alice = await rooms.join(dialect, 'alice');
    expect(await refusalOf(() => alice.createTransport('send'), 3)).toMatchObject(unavailable);
  });

  it('cause refusals as unavailable in push-pull', async () => {
    using rooms = openPushPullRooms(await start(tinyRange()));
    const alice = await rooms.join('alice');
    expect(await refusalOf(() => alice.push(offer('firefox-push-audio')), 3)).toMatchObject({
      code: 503,
      message: 'handle push sdp failed: no media port left',
    });
  });

  it('cause refusals with the error texts of RTCPilot in its profile', async () => {
    using rooms = openPushPullRooms(await start(tinyRange()), { profile: 'rtcpilot' });
    const alice = await rooms.join('alice');
    expect(await refusalOf(() => alice.push(offer('firefox-push-audio')), 3)).toMatchObject({
      code: -1,
      message: 'handle push sdp failed',
    });
  });

  it('cause refusals of the stock server when it is imitated', async () => {
    using rooms = openRooms(await start(tinyRange()), { demoFaithful: true });
    const alice = rooms.connect('alice');
    await alice.loadDevice();
    const create = () =>
      alice.sendMessage('createWebRtcTransport', { producing: true, consuming: false, forceTcp: false });
    expect(await refusalOf(create, 3)).toMatchObject({ code: 500, message: 'no media port left' });
  });
});

describe('a request that the media worker refuses', () => {
  it.each<{ what: string; expected: string; change: (rtpParameters: Record<string, unknown>) => object }>([
    { what: 'an SSRC', expected: 'SSRC in use', change: (parameters) => ({ ...parameters, mid: 'other' }) },
    { what: 'a MID', expected: 'MID in use', change: (parameters) => ({ ...parameters, encodings: [{ ssrc: 77 }] }) },
  ])('is refused with a fixed text in mediasoup-v3 for $what in use', async ({ expected, change }) => {
    using rooms = openV2Rooms(await start());
    const alice = await rooms.joinV3('alice');
    const { rtpParameters, kind } = await alice.produce('audio');
    const transportId = alice.sendTransport!.id;
    const again = change(rtpParameters) as never;
    const refused = await refusalOf(() =>
      alice.sendMessage('produce', { transportId, kind, rtpParameters: again, appData: {} }),
    );
    expect(refused).toMatchObject({ code: 500, message: expected });
    expect(workerWords().join()).toMatch(/already exists in RTP listener/);
  });

  it.each([{ what: 'a stream ID that is taken', streams: [1, 1], expected: 'stream ID in use' }])(
    'is refused with a fixed text for $what',
    async ({ streams, expected }) => {
      using rooms = openV2Rooms(await start());
      const alice = await rooms.joinV3('alice');
      const produceData = (streamId: number) =>
        alice.sendMessage('produceData', {
          transportId: alice.sendTransport!.id,
          sctpStreamParameters: { streamId, ordered: true },
          label: 'chat',
          protocol: '',
          appData: {},
        });
      await produceData(streams[0]!);
      expect(await refusalOf(() => produceData(streams[1]!))).toMatchObject({ code: 500, message: expected });
    },
  );

  it('is refused with a fixed text for a data channel on a transport without SCTP', async () => {
    using rooms = openV2Rooms(await start());
    const alice = await rooms.joinV3('alice');
    const { id } = (await alice.sendMessage('createWebRtcTransport', {
      producing: true,
      consuming: false,
      forceTcp: false,
    })) as { id: string };
    const refused = await refusalOf(() =>
      alice.sendMessage('produceData', {
        transportId: id,
        sctpStreamParameters: { streamId: 1 },
        label: 'chat',
        protocol: '',
        appData: {},
      }),
    );
    expect(refused).toMatchObject({ code: 500, message: 'the transport has no data channels' });
  });

  it('is refused with a fixed text for media over TCP where TCP is disabled, in both port modes', async () => {
    for (const ports of [{}, tinyRange()]) {
      using rooms = openV2Rooms(await start({ ...ports, tcp: false }));
      const alice = rooms.connectV3('alice');
      await alice.loadDevice();
      const create = () =>
        alice.sendMessage('createWebRtcTransport', { producing: true, consuming: false, forceTcp: true });
      expect(await refusalOf(create)).toMatchObject({ message: 'media over TCP is disabled' });
      await backend?.close();
    }
  });

  it.each(v2Names)('is refused with a fixed text in %s for an SSRC in use', async (dialect) => {
    using rooms = openV2Rooms(await start());
    const alice = await rooms.join(dialect, 'alice');
    const { id: transportId } = await alice.createTransport('send');
    const rtpParameters = toV2ProducerParameters(audioParameters());
    const create = (id: number) =>
      alice.sendMessage('createProducer', { id, kind: 'audio', transportId, rtpParameters, paused: false });
    await create(1);
    const refused = await refusalOf(() => create(2));
    expect(refused.message).toBe('SSRC in use');
    expect(workerWords().join()).toMatch(/already exists in RTP listener/);
  });

  it('is refused with a fixed text for parameters that only the worker checks', async () => {
    using rooms = openV2Rooms(await start());
    const alice = await rooms.joinV3('alice');
    const refused = await refusalOf(() =>
      alice.sendMessage('produce', {
        transportId: alice.sendTransport!.id,
        kind: 'audio',
        rtpParameters: {
          ...audioParameters(),
          headerExtensions: [{ uri: 'urn:ietf:params:rtp-hdrext:ssrc-audio-level', id: 0 }],
        },
        appData: {},
      }),
    );
    expect(refused).toMatchObject({ code: 400, message: 'rtpParameters: invalid parameters' });
    expect(workerWords().join()).toContain('invalid id 0');
  });
});
