import { EventEmitter } from 'node:events';

interface Internal {
  readonly routerId: number;
  readonly transportId?: number;
  readonly producerId?: number;
  readonly consumerId?: number;
}

interface Producer {
  readonly transportId: number | undefined;
  readonly profiles: readonly string[];
  paused: boolean;
}

type Data = Readonly<Record<string, unknown>>;

/**
 * Replaces the channel to the worker process in mediasoup 2's JavaScript. Tracks the state that the worker would track (consumers of each
 * producer, used IDs), responds like the worker, and sends the notifications that follow. No packet flows.
 */
export class FakeWorker extends EventEmitter {
  /** Methods of all requests, in order. */
  readonly requests: string[] = [];
  readonly #transports = new Map<number, { dtls: boolean }>();
  readonly #producers = new Map<number, Producer>();
  readonly #consumers = new Map<number, { readonly producerId: number; preferred: string; effective: string | null }>();
  readonly #fingerprint: string;
  readonly #password: string;
  #nextUfrag = 0;

  /** By default, values that browsers refuse: they require a fingerprint of 32 bytes and a password of 22 characters. */
  constructor({ fingerprint = '00', password = 'password' } = {}) {
    super();
    this.#fingerprint = fingerprint;
    this.#password = password;
    this.setMaxListeners(Infinity);
  }

  async request(method: string, internal: Internal, data: Data = {}): Promise<unknown> {
    this.requests.push(method);
    // A response of another process never arrives synchronously.
    await Promise.resolve();
    const { transportId = 0, producerId = 0, consumerId = 0 } = internal;
    switch (method) {
      case 'router.createWebRtcTransport':
        if (this.#transports.has(transportId))
          throw new Error(`a Transport with same transportId already exists [transportId:${transportId}]`);
        this.#transports.set(transportId, { dtls: false });
        return this.#describeTransport();
      case 'transport.setRemoteDtlsParameters': {
        const transport = this.#transports.get(transportId);
        if (transport === undefined) throw new Error('Transport does not exist');
        if (transport.dtls) throw new Error('Transport already has remote DTLS parameters');
        transport.dtls = true;
        return { role: data.role === 'server' ? 'client' : 'server' };
      }
      case 'transport.changeUfragPwd':
        return this.#newIce();
      case 'transport.close':
        this.#transports.delete(transportId);
        for (const [id, producer] of this.#producers) if (producer.transportId === transportId) this.#closeProducer(id);
        return undefined;
      case 'router.createProducer': {
        if (this.#producers.has(producerId))
          throw new Error(`a Producer with same producerId already exists [producerId:${producerId}]`);
        const { encodings = [] } = data.rtpParameters as { encodings?: { profile?: string }[] };
        const profiles = encodings.flatMap(({ profile }) => (profile === undefined ? [] : [profile]));
        this.#producers.set(producerId, { transportId, profiles, paused: data.paused === true });
        return undefined;
      }
      case 'producer.pause':
      case 'producer.resume':
        this.#setPaused(producerId, method === 'producer.pause');
        return undefined;
      case 'producer.close':
        this.#closeProducer(producerId);
        return undefined;
      case 'router.createConsumer':
        this.#consumers.set(consumerId, { producerId, preferred: 'default', effective: null });
        if (this.#producers.get(producerId)?.paused === true) this.emit(String(consumerId), 'sourcepaused');
        return undefined;
      case 'consumer.enable':
        queueMicrotask(() => {
          this.#chooseProfile(consumerId);
        });
        return undefined;
      case 'consumer.setPreferredProfile': {
        const consumer = this.#consumers.get(consumerId);
        if (consumer !== undefined) consumer.preferred = String(data.profile);
        if (consumer?.effective != null)
          queueMicrotask(() => {
            this.#chooseProfile(consumerId);
          });
        return undefined;
      }
      case 'consumer.close':
        this.#consumers.delete(consumerId);
        return undefined;
      case 'transport.getStats':
      case 'producer.getStats':
      case 'consumer.getStats':
        return [{ type: method, timestamp: 1 }];
      case 'router.close':
      case 'consumer.pause':
      case 'consumer.resume':
      case 'consumer.requestKeyFrame':
        return undefined;
      default:
        throw new Error(`the worker knows no ${method}`);
    }
  }

  /** Entity IDs are event names in the genuine code: numbers, which an emitter turns into strings. */
  #describeTransport() {
    return {
      iceRole: 'controlled',
      iceLocalParameters: { ...this.#newIce(), iceLite: true },
      iceLocalCandidates: [
        {
          foundation: 'udpcandidate',
          family: 'ipv4',
          priority: 1,
          ip: '127.0.0.1',
          port: 4000,
          type: 'host',
          protocol: 'udp',
        },
      ],
      iceState: 'new',
      dtlsLocalParameters: { role: 'auto', fingerprints: [{ algorithm: 'sha-256', value: this.#fingerprint }] },
      dtlsState: 'new',
    };
  }

  #newIce() {
    const number = ++this.#nextUfrag;
    return { usernameFragment: `ufrag${number}`, password: `${this.#password}${number}` };
  }

  #setPaused(producerId: number, paused: boolean): void {
    const producer = this.#producers.get(producerId);
    if (producer === undefined || producer.paused === paused) return;
    producer.paused = paused;
    for (const id of this.#consumersOf(producerId)) this.emit(String(id), paused ? 'sourcepaused' : 'sourceresumed');
  }

  #closeProducer(producerId: number): void {
    this.#producers.delete(producerId);
    for (const id of this.#consumersOf(producerId)) {
      this.#consumers.delete(id);
      this.emit(String(id), 'close');
    }
  }

  #consumersOf(producerId: number): number[] {
    return [...this.#consumers].filter(([, consumer]) => consumer.producerId === producerId).map(([id]) => id);
  }

  /** The preferred profile is an upper limit. Falls back to the next lower profile if the producer lacks it. */
  #chooseProfile(consumerId: number): void {
    const consumer = this.#consumers.get(consumerId);
    const profiles = this.#producers.get(consumer?.producerId ?? 0)?.profiles ?? [];
    if (consumer === undefined) return;
    const names = ['low', 'medium', 'high'];
    const most = consumer.preferred === 'default' ? 2 : names.indexOf(consumer.preferred);
    const effective = profiles.filter((name) => names.indexOf(name) <= most).at(-1) ?? profiles[0] ?? 'default';
    if (effective === consumer.effective) return;
    consumer.effective = effective;
    this.emit(String(consumerId), 'effectiveprofilechange', { profile: effective });
  }
}
