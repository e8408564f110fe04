import type { types } from 'mediasoup';
import { type Clock, emitOn, systemClock } from '@tureen/kernel';
import { KeyFrameRequests } from '../KeyFrameRequests.ts';
import { MediasoupTransport } from '../MediasoupTransport.ts';
import { WorkerCalls } from '../WorkerCalls.ts';
import type { Consumer } from '../../../rooms/Consumer.ts';
import type { Peer } from '../../../rooms/Peer.ts';
import type { Producer } from '../../../rooms/Producer.ts';
import { Transport } from '../../../rooms/Transport.ts';
import { videoParameters } from '../../../testing/rtp.ts';

/** Time between two frames, in ms. */
const FRAME_MS = 20;
const SAMPLES_PER_FRAME = 1800;
/** VP8 payload descriptor (start of partition 0), and the first byte of a frame: its lowest bit is 0 in a key frame. */
const [KEY, INTER] = [
  Buffer.from([0x10, 0x10, 2, 0, 0x9d, 1, 0x2a, 16, 0, 16, 0, 0, 0, 0]),
  Buffer.from([0x10, 0x11, 2, 0, 0, 0]),
];

export interface DirectTransportOptions {
  readonly keyFrameRequestDelayMs?: number;
  readonly clock?: Clock;
}

/**
 * Creates a transport of that peer without a network: the test creates and reads its packets. The transport is connected at
 * once.
 */
export async function directTransport(
  router: types.Router,
  owner: Peer,
  { keyFrameRequestDelayMs = 500, clock }: DirectTransportOptions = {},
): Promise<{ readonly direct: types.DirectTransport; readonly transport: Transport }> {
  const direct = await router.createDirectTransport();
  const settings = { addresses: [], keyFrameRequestDelayMs };
  // Producers and consumers need none of the additional members of a WebRtcTransport.
  const media = new MediasoupTransport(
    direct as never,
    { calls: new WorkerCalls(), onListenerError: () => {} },
    { settings, requestKeyFrame: new KeyFrameRequests(router).requestKeyFrame },
  );
  const transport = new Transport({ media, owner, isProducing: true, isConsuming: true, clock, onClosed: () => {} });
  emitOn(media, 'dtlsStateChanged', { state: 'connected' });
  return { direct, transport };
}

/** Video of one peer, in frames that depend on earlier frames, except for requested key frames. */
export class DirectVideo {
  readonly producer: Producer;
  /** Number of requested key frames: PLI and FIR. */
  requests = 0;
  readonly #engine: types.Producer;
  readonly #ssrc: number;
  #frames = 0;
  #isKeyFrameWanted = true;
  #onRequest: (() => void)[] = [];
  #cancel = () => {};
  #waiting: (() => void)[] = [];

  private constructor(producer: Producer, engine: types.Producer, direct: types.DirectTransport, ssrc: number) {
    this.producer = producer;
    this.#engine = engine;
    this.#ssrc = ssrc;
    direct.on('rtcp', (packet) => {
      const [format, type] = [packet.readUInt8(0) & 0x1f, packet.readUInt8(1)];
      if (type !== 206 || (format !== 1 && format !== 4)) return;
      this.requests += 1;
      this.#isKeyFrameWanted = true;
      const waiting = this.#onRequest;
      this.#onRequest = [];
      for (const resolve of waiting) resolve();
    });
  }

  static async produce(router: types.Router, peer: Peer, options: DirectTransportOptions = {}): Promise<DirectVideo> {
    const { direct, transport } = await directTransport(router, peer, options);
    const made = new Promise<types.Producer>((resolve) => direct.observer.once('newproducer', resolve));
    const rtpParameters = videoParameters();
    const producer = await peer.sending.produce(transport, { kind: 'video', rtpParameters });
    return new DirectVideo(producer, await made, direct, rtpParameters.encodings?.[0]?.ssrc ?? 0);
  }

  /** Sends frames until {@link stop}. */
  start(): void {
    this.#engine.send(this.#packet());
    const waiting = this.#waiting;
    this.#waiting = [];
    for (const resolve of waiting) resolve();
    this.#cancel = systemClock.after(FRAME_MS, () => {
      this.start();
    });
  }

  /** Resolves with the next request for a key frame. */
  requested(): Promise<void> {
    return new Promise((resolve) => {
      this.#onRequest.push(resolve);
    });
  }

  /** Resolves when that number of further frames was sent. */
  async frames(count: number): Promise<void> {
    for (let n = 0; n < count; n += 1)
      await new Promise<void>((resolve) => {
        this.#waiting.push(resolve);
      });
  }

  stop(): void {
    this.#cancel();
  }

  #packet(): Buffer {
    this.#frames += 1;
    const header = Buffer.alloc(12);
    header.writeUInt8(0x80, 0);
    header.writeUInt8(0x80 | 100, 1); // one frame in one packet
    header.writeUInt16BE(this.#frames & 0xffff, 2);
    header.writeUInt32BE(this.#frames * SAMPLES_PER_FRAME, 4);
    header.writeUInt32BE(this.#ssrc, 8);
    const frame = this.#isKeyFrameWanted ? KEY : INTER;
    this.#isKeyFrameWanted = false;
    return Buffer.concat([header, frame]);
  }
}

/** Reception of a producer by one peer, which has not accepted it yet. */
export class DirectReception {
  readonly consumer: Consumer;
  /** Requested states of the engine's consumer, in order. */
  readonly states: ('resumed' | 'paused' | 'closed')[] = [];
  /** Resolves with the first packet. */
  readonly shown: Promise<void>;
  readonly #engine: types.Consumer;
  readonly #direct: types.DirectTransport;

  private constructor(
    consumer: Consumer,
    { engine, direct }: { readonly engine: types.Consumer; readonly direct: types.DirectTransport },
    onState: (state: string) => void,
  ) {
    this.consumer = consumer;
    this.#engine = engine;
    this.#direct = direct;
    const note = (state: 'resumed' | 'paused' | 'closed') => () => {
      this.states.push(state);
      onState(state);
    };
    engine.observer.on('resume', note('resumed'));
    engine.observer.on('pause', note('paused'));
    engine.observer.on('close', note('closed'));
    this.shown = new Promise((resolve) => {
      engine.on('rtp', () => {
        resolve();
      });
    });
  }

  /** Requests a key frame as browsers do, by RTCP: PLI (RFC 4585) or FIR (RFC 5104). */
  sendRtcp(kind: 'PLI' | 'FIR'): void {
    const ssrc = this.#engine.rtpParameters.encodings?.[0]?.ssrc ?? 0;
    const packet = Buffer.alloc(kind === 'PLI' ? 12 : 20);
    packet.writeUInt8(0x80 | (kind === 'PLI' ? 1 : 4), 0);
    packet.writeUInt8(206, 1);
    packet.writeUInt16BE(packet.length / 4 - 1, 2);
    packet.writeUInt32BE(1, 4);
    packet.writeUInt32BE(ssrc, 8);
    if (kind === 'FIR') packet.writeUInt32BE(ssrc, 12);
    this.#direct.sendRtcp(packet);
  }

  /** Whether the engine's consumer is paused, apart from its producer. */
  get isPaused(): boolean {
    return this.#engine.paused;
  }

  static async open(
    router: types.Router,
    peer: Peer,
    producer: Producer,
    onState: (state: string) => void = () => {},
  ): Promise<DirectReception> {
    const { direct, transport } = await directTransport(router, peer);
    const made = new Promise<types.Consumer>((resolve) => direct.observer.once('newconsumer', resolve));
    const { rtpCapabilities } = peer.room;
    const consumer = await peer.receiving.pull(producer, { transport, rtpCapabilities, mid: '0' });
    return new DirectReception(consumer, { engine: await made, direct }, onState);
  }
}
