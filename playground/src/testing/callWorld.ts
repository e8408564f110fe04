import { Room, mediasoupV3 } from '@tureen/client';
import { FakeEngine, type MemoryServerConnection, MemoryTransport } from '@tureen/client/testing';
import { Call } from '../call/Call.ts';

const opus = { mimeType: 'audio/opus', clockRate: 48_000, channels: 2, parameters: {}, rtcpFeedback: [] };
const vp8 = { mimeType: 'video/VP8', clockRate: 90_000, parameters: {}, rtcpFeedback: [] };
const codecs = [
  { ...opus, kind: 'audio', preferredPayloadType: 100 },
  { ...vp8, kind: 'video', preferredPayloadType: 101 },
];

export interface Offered {
  readonly id: string;
  readonly peerId: string;
  readonly kind: 'audio' | 'video';
  readonly source?: string;
  readonly producerPaused?: boolean;
}

/** A call with a scripted server that accepts every request unless told to refuse. No network, no media. */
export function callWorld({ extensions = [], peers = [] }: { extensions?: string[]; peers?: object[] } = {}) {
  let server: MemoryServerConnection | undefined;
  let nextId = 1000;
  const requested: { method: string; data: unknown }[] = [];
  const waiting: { method: string; resolve: (data: unknown) => void }[] = [];
  const refused = new Set<string>();
  const answers: Record<string, () => object> = {
    getRouterRtpCapabilities: () => ({ codecs, headerExtensions: [] }),
    createWebRtcTransport: () => ({
      id: `transport-${++nextId}`,
      iceParameters: { usernameFragment: 'u', password: 'p', iceLite: true },
      iceCandidates: [],
      dtlsParameters: { role: 'auto', fingerprints: [{ algorithm: 'sha-256', value: '00' }] },
      sctpParameters: { port: 5000, OS: 1024, MIS: 1024, maxMessageSize: 262_144 },
    }),
    join: () => ({ peers, extensions }),
    produceData: () => ({ id: `data-${++nextId}` }),
  };
  const transport = new MemoryTransport({
    onConnection: (connection) => {
      server = connection;
      connection.onFrame = (packet) => {
        if (packet.kind === 'response') return;
        requested.push({ method: packet.method, data: packet.data });
        for (const waiter of waiting) if (waiter.method === packet.method) waiter.resolve(packet.data);
        if (packet.kind === 'notification') return;
        const { id, method } = packet;
        connection.send(
          refused.has(method)
            ? { kind: 'response', id, ok: false, errorCode: 500, errorReason: 'refused' }
            : { kind: 'response', id, ok: true, data: answers[method]?.() ?? {} },
        );
      };
    },
  });
  const engine = new FakeEngine();
  const room = new Room({
    roomId: 'r1',
    peerId: 'me',
    dialect: mediasoupV3({ engine }),
    transport,
  });
  const notices: string[] = [];
  const endings: string[] = [];
  const notify = {
    error: (error: unknown, doing: string) => {
      notices.push(`${doing}: ${error instanceof Error ? error.message : String(error)}`);
    },
    info: (text: string) => {
      notices.push(text);
    },
  };
  const call = new Call(room, notify, (reason) => {
    endings.push(reason);
  });
  const connection = () => {
    if (server === undefined) throw new Error('no client has connected');
    return server;
  };
  return {
    call,
    room,
    notices,
    endings,
    requested,
    engine,
    /** Resolves with the data of the first request of the method. */
    request: (method: string) => {
      const known = requested.find((one) => one.method === method);
      return known !== undefined
        ? Promise.resolve(known.data)
        : new Promise<unknown>((resolve) => {
            waiting.push({ method, resolve });
          });
    },
    /** Refuses requests of the method from now on. */
    refuse: (method: string) => refused.add(method),
    say: (method: string, data: object) => {
      connection().send({ kind: 'notification', method, data });
    },
    offer: async ({ id, peerId, kind, source = 'unknown', producerPaused = false }: Offered) => {
      const announced = room.waitFor('newConsumer', { where: ({ consumer }) => consumer.id === id });
      const codec = kind === 'audio' ? { ...opus, payloadType: 100 } : { ...vp8, payloadType: 101 };
      connection().send({
        kind: 'request',
        id: ++nextId,
        method: 'newConsumer',
        data: {
          id,
          peerId,
          producerId: `producer of ${id}`,
          kind,
          rtpParameters: { codecs: [codec], headerExtensions: [], encodings: [{ ssrc: nextId }], rtcp: { cname: 'c' } },
          type: 'simple',
          appData: { source, peerId },
          producerPaused,
        },
      });
      await announced;
    },
    close: (by: 'server' | 'network') => {
      connection().close({ by });
    },
  };
}
