import { Epoch } from '@tureen/kernel';
import type { Source } from '@tureen/protocol/common';
import { LocalTrack, borrowTrack, ownTrack } from '../../devices/LocalTrack.ts';
import { abortable, throwIfAborted } from '../../shared/abortable.ts';
import { checkReliability } from '../../shared/commonErrors.ts';
import { LiveMap, deleteFrom, setIn } from '../../shared/LiveMap.ts';
import { checkAppData, checkInteger, checkText, checkTrack } from '../checks.ts';
import type { DialectEventOf, DialectResumeResult, DialectSession, ResumableIds } from '../DialectPort.ts';
import { type RoomContext, inBackground } from '../RoomContext.ts';
import { type SessionEndReason, readProducerReason } from '../closeReasons.ts';
import type { ProduceDataOptions, ProduceOptions } from '../options.ts';
import { checkPublishing } from './checkPublishing.ts';
import type { DataProducer } from './DataProducer.ts';
import { DataProducerController } from './DataProducerController.ts';
import type { Producer } from './Producer.ts';
import { ProducerController } from './ProducerController.ts';

interface Publication {
  readonly lifecycle: { readonly resumableId: string | null };
}

const resumableIdsOf = (controllers: Iterable<Publication>) =>
  [...controllers].flatMap(({ lifecycle }) => (lifecycle.resumableId === null ? [] : [lifecycle.resumableId]));

/** Producers and data producers of a room. Publishes them on each session: a rejoin works as the first join does. */
export class LocalProducers {
  /** Producers by local ID. Live. */
  readonly producers = new LiveMap<string, Producer>();
  /** Data producers by local ID. Live. */
  readonly dataProducers = new LiveMap<string, DataProducer>();
  /** Ends when the room is left: a capture that began before is stale. */
  readonly epoch = new Epoch();
  readonly #context: RoomContext;
  readonly #producers = new Set<ProducerController>();
  readonly #dataProducers = new Set<DataProducerController>();
  #lastLocalId = 0;

  constructor(context: RoomContext) {
    this.#context = context;
  }

  /**
   * Resolves when the producer is published; while reconnecting, after the rejoin. `onClosed` runs before the producer emits
   * `closed`.
   */
  async produce(
    track: MediaStreamTrack | LocalTrack,
    options: ProduceOptions,
    onClosed: () => void = () => {},
  ): Promise<Producer> {
    const { signal } = options;
    const appData = checkPublishing(options);
    throwIfAborted(signal, 'produce()');
    const local = track instanceof LocalTrack ? track : this.#wrap(track, options);
    const controller = new ProducerController({
      context: this.#context,
      localId: this.#nextLocalId('producer'),
      local,
      options: { ...options, appData },
      onClosed: (closed) => {
        this.#producers.delete(closed);
        deleteFrom(this.producers, closed.localId);
        onClosed();
      },
    });
    const { producer, lifecycle } = controller;
    this.#producers.add(controller);
    setIn(this.producers, producer.localId, producer);
    this.#context.invalidate();
    if (this.#context.session !== null) controller.start(this.#context.session);
    await abortable(lifecycle.ready, signal, 'produce()', () => {
      inBackground(this.#context, 'closeProducer', controller.close('local'));
    });
    return producer;
  }

  /** Resolves when the channel is open. */
  async produceData({ signal, ...options }: ProduceDataOptions): Promise<DataProducer> {
    throwIfAborted(signal, 'produceData()');
    checkAppData(options.appData);
    checkText(options.label ?? '', 'label');
    checkText(options.protocol ?? '', 'protocol');
    for (const name of ['maxPacketLifeTime', 'maxRetransmits'] as const)
      if (options[name] !== undefined) checkInteger(options[name], name, 0, 65535);
    checkReliability(options);
    const controller = new DataProducerController({
      context: this.#context,
      localId: this.#nextLocalId('dataProducer'),
      options,
      onClosed: (closed) => {
        this.#dataProducers.delete(closed);
        deleteFrom(this.dataProducers, closed.localId);
      },
    });
    const { dataProducer, lifecycle } = controller;
    this.#dataProducers.add(controller);
    setIn(this.dataProducers, dataProducer.localId, dataProducer);
    if (this.#context.session !== null) controller.start(this.#context.session);
    await abortable(lifecycle.ready, signal, 'produceData()', () => {
      inBackground(this.#context, 'closeDataProducer', controller.close());
    });
    return dataProducer;
  }

  /** Whether there is a producer or data producer. */
  get isActive(): boolean {
    return this.#producers.size + this.#dataProducers.size > 0;
  }

  /** A track follows, once the browser has captured it. */
  expectTrack(): void {
    this.#context.session?.connectSend?.();
  }

  producerOf(source: Source): Producer | null {
    for (const producer of this.producers.values()) if (producer.source === source) return producer;
    return null;
  }

  /** IDs that the server may keep while the room reconnects. */
  get resumableIds(): Pick<ResumableIds, 'producers' | 'dataProducers'> {
    return { producers: resumableIdsOf(this.#producers), dataProducers: resumableIdsOf(this.#dataProducers) };
  }

  /** Publishes everything on the session, except what was `resumed`. */
  handleSession(session: DialectSession, resumed: DialectResumeResult | null): void {
    // The server kept producers that the app closed during the request.
    const { producers, dataProducers } = this.resumableIds;
    for (const id of resumed?.producers.keys() ?? [])
      if (!producers.includes(id)) inBackground(this.#context, 'closeProducer', session.closeProducer(id));
    for (const id of resumed?.dataProducers ?? [])
      if (!dataProducers.includes(id)) inBackground(this.#context, 'closeDataProducer', session.closeDataProducer(id));
    for (const controller of [...this.#producers]) {
      const { resumableId } = controller.lifecycle;
      const kept = resumableId === null ? undefined : resumed?.producers.get(resumableId);
      if (kept === undefined) controller.start(session);
      else controller.handleResumed(session, kept);
    }
    for (const controller of [...this.#dataProducers]) {
      const { lifecycle } = controller;
      const { resumableId } = lifecycle;
      if (resumableId !== null && resumed?.dataProducers.has(resumableId) === true) lifecycle.resume(session);
      else controller.start(session);
    }
  }

  /** A transport was rebuilt, or a part of it: publishes again what it carried. */
  handleRebuilt(session: DialectSession): void {
    for (const { lifecycle } of [...this.#producers, ...this.#dataProducers]) lifecycle.handleRebuilt(session);
  }

  /** The connection dropped. Media may continue to flow, and the producers stay for the next session. */
  handleSessionLost(): void {
    for (const { lifecycle } of [...this.#producers, ...this.#dataProducers]) lifecycle.handleSessionLost();
  }

  end(reason: SessionEndReason): void {
    this.epoch.next();
    const by = reason === 'left' ? 'local' : 'server';
    for (const controller of [...this.#producers, ...this.#dataProducers]) controller.handleClosed(by, reason);
  }

  handleProducerClosed({ producerId, by, reason }: DialectEventOf<'producerClosed'>): void {
    const { reason: known, detail } = readProducerReason(reason);
    this.byId(producerId)?.handleClosed(by, known, detail);
  }

  handleMessagesLost({ dataProducerId, count, peerId }: DialectEventOf<'messagesLost'>): void {
    for (const controller of this.#dataProducers)
      if (controller.lifecycle.id === dataProducerId) controller.handleMessagesLost(count, peerId);
  }

  byId(id: string): ProducerController | null {
    for (const controller of this.#producers) if (controller.lifecycle.id === id) return controller;
    return null;
  }

  #nextLocalId(kind: 'producer' | 'dataProducer'): string {
    return `${kind}-${++this.#lastLocalId}`;
  }

  #wrap(track: MediaStreamTrack, { ownership }: ProduceOptions): LocalTrack {
    checkTrack(track);
    return ownership === 'owned' ? ownTrack(track, null) : borrowTrack(track);
  }
}
