import { FakeMediaStreamTrack } from 'fake-mediastreamtrack';
import { FakeHandler, testFakeParameters } from 'mediasoup-client';
import { mediasoupV2, type MediasoupV2EntryOptions, Room, type RoomOptions } from '@tureen/client';
import { deviceEngine } from '@tureen/client/ports';
import type { GenuineServer } from './GenuineServer.ts';
import type { Kind, StatsOf, Subject } from './Subject.ts';

export interface TureenSubjectOptions {
  readonly dialect?: MediasoupV2EntryOptions;
  readonly room?: Partial<RoomOptions>;
}

/** Tureen's client: the Room, mediasoup-v2, mediasoup-client 3 on its own fake browser. */
export class TureenSubject implements Subject {
  readonly name: string;
  readonly room: Room;
  /** Failures in the background. */
  readonly failures: unknown[] = [];

  constructor(server: GenuineServer, name: string, options: TureenSubjectOptions = {}) {
    this.name = name;
    this.room = new Room({
      roomId: 'r1',
      peerId: name,
      dialect: mediasoupV2({
        envelope: server.carrier === 'protoo 2' ? 'request' : 'notification',
        engine: deviceEngine({ handlerFactory: FakeHandler.createFactory(testFakeParameters) }),
        ...options.dialect,
      }),
      transport: server.transport,
      reconnectPolicy: () => null,
      ...options.room,
    });
    this.room.on('requestFailed', (failure) => this.failures.push(failure));
    this.room.on('listenerError', (failure) => this.failures.push(failure));
  }

  state(): unknown {
    return {
      peers: Object.fromEntries(
        [...this.room.peers.values()].map((peer) => [
          peer.id,
          [...peer.consumers.values()].map(({ kind, paused, appData }) => ({ kind, paused, appData })),
        ]),
      ),
    };
  }

  async join(): Promise<void> {
    await this.room.join({ displayName: this.name.toUpperCase() });
  }

  async publish(
    kind: Kind,
    { simulcast = false, source = kind === 'audio' ? 'microphone' : 'camera' } = {},
  ): Promise<void> {
    const track = new FakeMediaStreamTrack({ kind });
    const encodings = [100_000, 300_000, 1_500_000].map((maxBitrate) => ({ maxBitrate }));
    await this.room.produce(track, { source, ...(simulcast ? { encodings } : {}) });
  }

  setProducerPaused(kind: Kind, paused: boolean): void {
    const producer = this.#producer(kind);
    this.#do(paused ? producer.pause() : producer.resume());
  }

  closeProducer(kind: Kind): void {
    this.#do(this.#producer(kind).close());
  }

  setConsumerPaused(kind: Kind, paused: boolean): void {
    const consumer = this.#consumer(kind);
    this.#do(paused ? consumer.pause() : consumer.resume());
  }

  prefer(kind: Kind, profile: 'low' | 'medium' | 'high'): void {
    this.#do(this.#consumer(kind).setPreferredLayers({ spatialLayer: ['low', 'medium', 'high'].indexOf(profile) }));
  }

  requestKeyFrame(kind: Kind): void {
    this.#do(this.#consumer(kind).requestKeyFrame());
  }

  enableStats(of: StatsOf, intervalMs: number): void {
    for (const entity of this.#statsOf(of))
      if (entity instanceof Room) entity.stats.enable({ intervalMs });
      else entity.enableStats({ intervalMs });
  }

  disableStats(of: StatsOf): void {
    for (const entity of this.#statsOf(of))
      if (entity instanceof Room) entity.stats.disable();
      else entity.disableStats();
  }

  restartIce(): void {
    this.#do(this.room.restartIce());
  }

  leave(): void {
    this.#do(this.room.leave());
  }

  #do(work: unknown): void {
    Promise.resolve(work).catch((error: unknown) => this.failures.push(error));
  }

  #producer(kind: Kind) {
    const producer = [...this.room.producers.values()].find((one) => one.kind === kind);
    if (producer === undefined) throw new Error(`no producer of ${kind}`);
    return producer;
  }

  #consumer(kind: Kind) {
    const consumer = [...this.room.consumers.values()].find((one) => one.kind === kind);
    if (consumer === undefined) throw new Error(`no consumer of ${kind}`);
    return consumer;
  }

  #statsOf(of: StatsOf) {
    if (of === 'transports') return [this.room];
    return of === 'producers' ? [...this.room.producers.values()] : [...this.room.consumers.values()];
  }
}
