import { FakeMediaStreamTrack } from 'fake-mediastreamtrack';
import { systemClock } from '@tureen/kernel';
import { SignalingChannel, silentLogger, Trace } from '@tureen/client/internals';
import './GenuineHandler.ts';
import type { GenuineServer } from './GenuineServer.ts';
import {
  type ClientConsumer,
  type ClientPeer,
  type ClientProducer,
  type ClientRoom,
  type ClientTransport,
  genuineClient,
  type Payload,
} from './packages.ts';
import type { Kind, StatsOf, Subject } from './Subject.ts';

/** mediasoup-client 2.4.11 with a typical app: it receives everything that is offered. */
export class GenuineSubject implements Subject {
  readonly name: string;
  readonly #server: GenuineServer;
  readonly #room: ClientRoom;
  #channel: SignalingChannel | null = null;
  #send: ClientTransport | null = null;
  #recv: ClientTransport | null = null;

  constructor(server: GenuineServer, name: string) {
    this.name = name;
    this.#server = server;
    this.#room = new genuineClient.Room();
    this.#room.on(
      'request',
      (request: Payload, callback: (data: unknown) => void, errback: (error: unknown) => void) => {
        this.#connection.request('mediasoup-request', request).then(callback, errback);
      },
    );
    this.#room.on('notify', (notification: Payload) => {
      if (server.carrier === 'protoo 2') void this.#connection.request('mediasoup-notification', notification);
      else void this.#connection.notify('mediasoup-notification', notification);
    });
    this.#room.on('newpeer', (peer: ClientPeer) => {
      this.#watch(peer);
    });
    this.#room.on('close', (originator: string) => {
      if (originator === 'remote') this.#channel?.close();
    });
  }

  state(): unknown {
    return {
      peers: Object.fromEntries(
        this.#room.peers.map(({ name, consumers }) => [
          name,
          consumers.map(({ kind, paused, appData }) => ({ kind, paused, appData })),
        ]),
      ),
    };
  }

  async join(): Promise<void> {
    this.#channel = new SignalingChannel({
      transport: this.#server.transport,
      clock: systemClock,
      logger: silentLogger,
      trace: new Trace(),
      requestTimeoutMs: 10_000,
      handlers: { onClosed: () => {} },
    });
    this.#channel.deliverTo({
      handleRequest: (_method, data, answer) => {
        answer.accept();
        void this.#room.receiveNotification(data);
      },
      handleNotification: (_method, data) => {
        void this.#room.receiveNotification(data);
      },
    });
    await this.#channel.connect({ roomId: 'r1', peerName: this.name });
    const peers = await this.#room.join(this.name, { displayName: this.name.toUpperCase() });
    this.#send = this.#room.createTransport('send');
    this.#recv = this.#room.createTransport('recv');
    for (const peer of peers) this.#watch(peer);
  }

  async publish(
    kind: Kind,
    { simulcast = false, source = kind === 'audio' ? 'microphone' : 'camera' } = {},
  ): Promise<void> {
    const track = new FakeMediaStreamTrack({ kind });
    const producer = this.#room.createProducer(track, { simulcast }, { source });
    await producer.send(existing(this.#send));
  }

  setProducerPaused(kind: Kind, paused: boolean): void {
    const producer = this.#producer(kind);
    if (paused) producer.pause();
    else producer.resume();
  }

  closeProducer(kind: Kind): void {
    this.#producer(kind).close();
  }

  setConsumerPaused(kind: Kind, paused: boolean): void {
    const consumer = this.#consumer(kind);
    if (paused) consumer.pause();
    else consumer.resume();
  }

  prefer(kind: Kind, profile: 'low' | 'medium' | 'high'): void {
    this.#consumer(kind).setPreferredProfile(profile);
  }

  /** The library has no such call: apps sent a request to their own server. */
  requestKeyFrame(kind: Kind): void {
    void this.#connection.request('request-consumer-keyframe', { consumerId: this.#consumer(kind).id });
  }

  enableStats(of: StatsOf, intervalMs: number): void {
    for (const entity of this.#statsOf(of)) entity.enableStats(intervalMs);
  }

  disableStats(of: StatsOf): void {
    for (const entity of this.#statsOf(of)) entity.disableStats();
  }

  restartIce(): void {
    this.#room.restartIce();
  }

  leave(): void {
    this.#room.leave();
    // Like apps did: the server must receive the message before the connection closes.
    setImmediate(() => this.#channel?.close());
  }

  get #connection(): SignalingChannel {
    return existing(this.#channel);
  }

  #watch(peer: ClientPeer): void {
    const receive = (consumer: ClientConsumer) => {
      consumer.receive(existing(this.#recv)).catch(() => {
        // Closed before it was received.
      });
    };
    peer.on('newconsumer', receive);
    for (const consumer of peer.consumers) receive(consumer);
  }

  #producer(kind: Kind): ClientProducer {
    return existing(this.#room.producers.find((producer) => producer.kind === kind));
  }

  #consumer(kind: Kind): ClientConsumer {
    const consumers = this.#room.peers.flatMap((peer) => peer.consumers);
    return existing(consumers.find((consumer) => consumer.kind === kind));
  }

  #statsOf(of: StatsOf): readonly { enableStats(interval: number): void; disableStats(): void }[] {
    if (of === 'transports') return this.#room.transports;
    return of === 'producers' ? this.#room.producers : this.#room.peers.flatMap((peer) => peer.consumers);
  }
}

function existing<T>(one: T | null | undefined): T {
  if (one == null) throw new Error('not found');
  return one;
}
