import type { RtpCapabilities, RtpParameters } from '@tureen/protocol/common';
import { deferred } from '../shared/deferred.ts';
import type { MemoryServerConnection } from '../signaling/MemoryTransport.ts';
import { MemoryTransport } from '../signaling/MemoryTransport.ts';
import type { Packet, TransportClosed } from '../signaling/SignalingTransport.ts';

export const routerRtpCapabilities: RtpCapabilities = {
  codecs: [
    {
      kind: 'audio',
      mimeType: 'audio/opus',
      preferredPayloadType: 100,
      clockRate: 48000,
      channels: 2,
      parameters: {},
      rtcpFeedback: [],
    },
    {
      kind: 'video',
      mimeType: 'video/VP8',
      preferredPayloadType: 101,
      clockRate: 90000,
      parameters: {},
      rtcpFeedback: [],
    },
  ],
  headerExtensions: [],
};

export function rtpParametersOf(kind: 'audio' | 'video'): RtpParameters {
  const codec =
    kind === 'audio'
      ? { mimeType: 'audio/opus', payloadType: 100, clockRate: 48000, channels: 2, parameters: {}, rtcpFeedback: [] }
      : { mimeType: 'video/VP8', payloadType: 101, clockRate: 90000, parameters: {}, rtcpFeedback: [] };
  return {
    codecs: [codec],
    headerExtensions: [],
    encodings: [{ ssrc: kind === 'audio' ? 1111 : 2222 }],
    rtcp: { cname: 'scripted' },
  };
}

/** What a test does in the place of the default answer: a value answers, a throw refuses, a promise makes it wait. */
type Script = (data: Record<string, unknown>) => unknown;

/**
 * A mediasoup-v3 server that says what the test tells it to, for the orders and faults that a real one cannot be made to
 * produce. That the dialect is understood by the real one is shown in e2e.
 */
export class ScriptedServer {
  /** Everything the client sent, in order, `method` or `-> method` for its answers. */
  readonly log: string[] = [];
  readonly received: { method: string; data: Record<string, unknown> }[] = [];
  readonly connections: MemoryServerConnection[] = [];
  readonly transport: MemoryTransport;
  readonly #scripts = new Map<string, Script>();
  readonly #answers = new Map<number, ReturnType<typeof deferred<Packet & { kind: 'response' }>>>();
  #waiters: { method: string; resolve: () => void }[] = [];
  #nextId = 0;
  /** Who the join response lists. */
  peers: { id: string; displayName?: string }[] = [];
  extensions: string[] = [];
  /** Refuses connections with this, while set. */
  refusal: Error | null = null;

  constructor(deliver?: ConstructorParameters<typeof MemoryTransport>[0]['deliver']) {
    this.transport = new MemoryTransport({
      onConnection: (connection) => {
        if (this.refusal !== null) throw this.refusal;
        this.connections.push(connection);
        connection.onPacket = (packet) => void this.#handle(connection, packet);
      },
      ...(deliver === undefined ? {} : { deliver }),
    });
  }

  get connection(): MemoryServerConnection {
    const last = this.connections.at(-1);
    if (last === undefined) throw new Error('nobody has connected');
    return last;
  }

  /** Replaces the default answer to `method`. */
  on(method: string, script: Script): this {
    this.#scripts.set(method, script);
    return this;
  }

  /** Resolves when the client has sent `method` (again). */
  got(method: string): Promise<void> {
    const { promise, resolve } = deferred<void>();
    this.#waiters.push({
      method,
      resolve: () => {
        resolve();
      },
    });
    return promise;
  }

  notify(method: string, data: object = {}): void {
    this.connection.send({ kind: 'notification', method, data });
  }

  /** Asks the client; resolves with its answer. */
  ask(method: string, data: object = {}): Promise<Packet & { kind: 'response' }> {
    const id = ++this.#nextId;
    const answer = deferred<Packet & { kind: 'response' }>();
    this.#answers.set(id, answer);
    this.connection.send({ kind: 'request', id, method, data });
    return answer.promise;
  }

  offer(
    id: string,
    details: {
      peerId: string;
      kind?: 'audio' | 'video';
      producerId?: string;
      producerPaused?: boolean;
      source?: string;
    },
  ) {
    const {
      peerId,
      kind = 'video',
      producerId = `producer of ${id}`,
      producerPaused = false,
      source = 'camera',
    } = details;
    return this.ask('newConsumer', {
      id,
      peerId,
      producerId,
      kind,
      rtpParameters: rtpParametersOf(kind),
      type: 'simple',
      appData: { source, peerId },
      producerPaused,
    });
  }

  drop(closed?: TransportClosed): void {
    this.connection.close(closed);
  }

  methods(): string[] {
    return this.received.map(({ method }) => method);
  }

  async #handle(connection: MemoryServerConnection, packet: Packet): Promise<void> {
    if (packet.kind === 'response') {
      this.#answers.get(packet.id)?.resolve(packet);
      return;
    }
    const data = (packet.data ?? {}) as Record<string, unknown>;
    this.received.push({ method: packet.method, data });
    const waiting = this.#waiters.filter(({ method }) => method === packet.method);
    this.#waiters = this.#waiters.filter(({ method }) => method !== packet.method);
    for (const waiter of waiting) waiter.resolve();
    if (packet.kind === 'notification') return;
    try {
      const script = this.#scripts.get(packet.method);
      const answer = script === undefined ? this.#defaultAnswer(packet.method, data) : await script(data);
      connection.send({ kind: 'response', id: packet.id, ok: true, data: answer ?? {} });
    } catch (error) {
      const { message, errorCode = 500 } = error as Error & { errorCode?: number };
      connection.send({ kind: 'response', id: packet.id, ok: false, errorCode, errorReason: message });
    }
  }

  #defaultAnswer(method: string, data: Record<string, unknown>): unknown {
    switch (method) {
      case 'getRouterRtpCapabilities':
        return routerRtpCapabilities;
      case 'createWebRtcTransport':
        return {
          id: `${data.producing === true ? 'send' : 'recv'}-${++this.#nextId}`,
          iceParameters: { usernameFragment: 'u', password: 'p', iceLite: true },
          iceCandidates: [
            {
              foundation: 'f',
              priority: 1,
              ip: '127.0.0.1',
              address: '127.0.0.1',
              protocol: 'udp',
              port: 4000,
              type: 'host',
            },
          ],
          dtlsParameters: { role: 'auto', fingerprints: [{ algorithm: 'sha-256', value: '00' }] },
          sctpParameters: { port: 5000, OS: 1024, MIS: 1024, maxMessageSize: 262144 },
        };
      case 'join':
        return { peers: this.peers, ...(this.extensions.length > 0 ? { extensions: this.extensions } : {}) };
      case 'produce':
      case 'produceData':
        return { id: `${method}-${++this.#nextId}` };
      case 'restartIce':
        return { usernameFragment: 'u2', password: 'p2', iceLite: true };
      case 'getTransportStats':
      case 'getProducerStats':
      case 'getConsumerStats':
        return [{ type: method, timestamp: 1 }];
      default:
        return {};
    }
  }
}
