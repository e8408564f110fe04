import { readEnvelope } from '@tureen/protocol/mediasoup-v2-family';
import { deferred } from '../shared/deferred.ts';
import { type MemoryServerConnection, MemoryTransport } from '../signaling/MemoryTransport.ts';
import type { Packet, TransportClosed } from '../signaling/SignalingTransport.ts';

export const v2RouterCapabilities = {
  codecs: [
    {
      kind: 'audio',
      name: 'opus',
      mimeType: 'audio/opus',
      preferredPayloadType: 100,
      clockRate: 48000,
      channels: 2,
      rtcpFeedback: [],
      parameters: { useinbandfec: 1 },
    },
    {
      kind: 'video',
      name: 'VP8',
      mimeType: 'video/VP8',
      preferredPayloadType: 101,
      clockRate: 90000,
      rtcpFeedback: [{ type: 'nack' }],
      parameters: {},
    },
    {
      kind: 'video',
      name: 'rtx',
      mimeType: 'video/rtx',
      preferredPayloadType: 102,
      clockRate: 90000,
      rtcpFeedback: [],
      parameters: { apt: 101 },
    },
  ],
  headerExtensions: [{ kind: '', uri: 'urn:ietf:params:rtp-hdrext:sdes:mid', preferredId: 5, preferredEncrypt: false }],
  fecMechanisms: [],
};

export function v2ParametersOf(kind: 'audio' | 'video', ssrc = kind === 'audio' ? 1111 : 2222) {
  const [codec, ...others] =
    kind === 'audio'
      ? [{ name: 'opus', mimeType: 'audio/opus', payloadType: 100, clockRate: 48000, channels: 2 }]
      : [
          { name: 'VP8', mimeType: 'video/VP8', payloadType: 101, clockRate: 90000 },
          { name: 'rtx', mimeType: 'video/rtx', payloadType: 102, clockRate: 90000, parameters: { apt: 101 } },
        ];
  return {
    codecs: [codec, ...others],
    headerExtensions: [],
    encodings: [{ ssrc, ...(kind === 'video' ? { rtx: { ssrc: ssrc + 1 } } : {}) }],
    rtcp: { cname: 'scripted', reducedSize: true, mux: true },
  };
}

/** A consumer as the server lists it. */
export function v2Consumer(id: number, fields: Record<string, unknown> & { kind?: 'audio' | 'video' } = {}) {
  const { kind = 'video', ...rest } = fields;
  return { id, kind, rtpParameters: v2ParametersOf(kind, id), paused: false, appData: { source: 'camera' }, ...rest };
}

export interface ReceivedPayload {
  readonly method: string;
  /** With `method`, `target` and `notification`, as it came. */
  readonly data: Record<string, unknown>;
  readonly kind: 'request' | 'notification';
  /** The name on the carrier. */
  readonly carried: string;
}

/** What a test does in the place of the default answer: a value answers, a throw refuses, a promise makes it wait. */
type Script = (data: Record<string, unknown>) => unknown;

/**
 * A server of the mediasoup 2 family that says what the test tells it to. It answers in whichever of the dialects it is spoken
 * to; that they are understood by real ones is shown elsewhere.
 */
export class ScriptedFamilyServer {
  readonly received: ReceivedPayload[] = [];
  readonly connections: MemoryServerConnection[] = [];
  readonly transport: MemoryTransport;
  readonly #scripts = new Map<string, Script>();
  readonly #answers = new Map<number, ReturnType<typeof deferred<Packet & { kind: 'response' }>>>();
  #waiters: { method: string; resolve: (data: Record<string, unknown>) => void }[] = [];
  #nextId = 0;
  /** Who the join response lists. */
  peers: object[] = [];
  extensions: string[] = [];
  /** How news travel. */
  envelope: 'notification' | 'request' | 'bare' = 'notification';

  constructor(deliver?: ConstructorParameters<typeof MemoryTransport>[0]['deliver']) {
    this.transport = new MemoryTransport({
      onConnection: (connection) => {
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

  /** Resolves with the payload when the client has sent `method` (again). */
  got(method: string): Promise<Record<string, unknown>> {
    const { promise, resolve } = deferred<Record<string, unknown>>();
    this.#waiters.push({ method, resolve });
    return promise;
  }

  /** A payload, in the envelope of the day. */
  notify(method: string, data: object = {}): void {
    const payload = { method, notification: true, ...data };
    if (this.envelope === 'bare') this.send(method, payload);
    else if (this.envelope === 'notification') this.send('mediasoup-notification', payload);
    else void this.ask('mediasoup-notification', payload);
  }

  /** As it is, on the carrier. */
  send(method: string, data: unknown): void {
    this.connection.send({ kind: 'notification', method, data });
  }

  /** Asks the client, as it is; resolves with its answer. */
  ask(method: string, data: unknown): Promise<Packet & { kind: 'response' }> {
    const id = ++this.#nextId;
    const answer = deferred<Packet & { kind: 'response' }>();
    this.#answers.set(id, answer);
    this.connection.send({ kind: 'request', id, method, data });
    return answer.promise;
  }

  drop(closed?: TransportClosed): void {
    this.connection.close(closed);
  }

  methods(): string[] {
    return this.received.map(({ method }) => method);
  }

  /** The payloads of that name. */
  all(method: string): Record<string, unknown>[] {
    return this.received.filter((one) => one.method === method).map(({ data }) => data);
  }

  /** The last payload of that name. */
  last(method: string): Record<string, unknown> {
    const last = this.all(method).at(-1);
    if (last === undefined) throw new Error(`no '${method}' has come`);
    return last;
  }

  async #handle(connection: MemoryServerConnection, packet: Packet): Promise<void> {
    if (packet.kind === 'response') {
      this.#answers.get(packet.id)?.resolve(packet);
      return;
    }
    const opened = readEnvelope(packet.method, packet.data);
    if (!opened.ok) throw new Error(`an envelope without a method: ${packet.method}`);
    const { method } = opened.value;
    const data = (packet.data ?? {}) as Record<string, unknown>;
    this.received.push({ method, data, kind: packet.kind, carried: packet.method });
    const waiting = this.#waiters.filter((one) => one.method === method);
    this.#waiters = this.#waiters.filter((one) => one.method !== method);
    for (const waiter of waiting) waiter.resolve(data);
    if (packet.kind === 'notification') return;
    try {
      const script = this.#scripts.get(method);
      const answer = script === undefined ? this.answerOf(method) : await script(data);
      connection.send({ kind: 'response', id: packet.id, ok: true, data: answer ?? {} });
    } catch (error) {
      const { message } = error as Error;
      connection.send({ kind: 'response', id: packet.id, ok: false, errorCode: 500, errorReason: message });
    }
  }

  /** What it answers where no test says otherwise. */
  answerOf(method: string): unknown {
    switch (method) {
      case 'queryRoom':
        return { rtpCapabilities: v2RouterCapabilities, mandatoryCodecPayloadTypes: [] };
      case 'join':
      case 'joinRoom':
        return {
          rtpCapabilities: v2RouterCapabilities,
          peers: this.peers,
          ...(this.extensions.length > 0 ? { extensions: this.extensions } : {}),
        };
      case 'createTransport':
        return {
          iceParameters: { usernameFragment: 'u', password: 'p', iceLite: true },
          iceCandidates: [
            {
              foundation: 'f',
              family: 'ipv4',
              priority: 1,
              ip: '127.0.0.1',
              protocol: 'udp',
              port: 4000,
              type: 'host',
            },
          ],
          dtlsParameters: { role: 'auto', fingerprints: [{ algorithm: 'sha-256', value: '00' }] },
        };
      case 'restartTransport':
        return { iceParameters: { usernameFragment: 'u2', password: 'p2', iceLite: true } };
      case 'enableConsumer':
        return { paused: false, preferredProfile: null, effectiveProfile: null };
      default:
        return {};
    }
  }
}
