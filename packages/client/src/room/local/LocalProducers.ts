import { LocalTrack } from '../../devices/LocalTrack.ts';
import { checkReliability } from '../../shared/commonErrors.ts';
import { checkAppData, checkEncodings, checkInteger, checkString, checkText, checkTrack } from '../checks.ts';
import { DataProducer } from './DataProducer.ts';
import type { DialectEventOf, DialectResumeResult, DialectSession, SessionHolds } from '../ports.ts';
import { Producer } from './Producer.ts';
import type { CloseReason, ProduceDataOptions, ProduceOptions } from '../RoomTypes.ts';
import { type RoomContext, inBackground } from '../RoomContext.ts';
import { emitOn } from '../../shared/TypedEmitter.ts';

/** What we send: keeps what is wanted, and hands it to each session anew. A rejoin is the same as the first time. */
export class LocalProducers {
  readonly producers = new Set<Producer>();
  readonly dataProducers = new Set<DataProducer>();
  /** How many times the room was left: what was asked for before is of no use after it. */
  ends = 0;
  readonly #context: RoomContext;

  constructor(context: RoomContext) {
    this.#context = context;
  }

  /** Resolves when the server has accepted the track: while reconnecting, after the rejoin. `onClosed` is called when it closes. */
  async produce(
    track: MediaStreamTrack | LocalTrack,
    options: ProduceOptions,
    onClosed?: () => void,
  ): Promise<Producer> {
    const appData = checkPublishing(options);
    const local = track instanceof LocalTrack ? track : this.#wrap(track, options);
    const producer = new Producer(this.#context, local, { ...options, appData }, (closed) => {
      this.producers.delete(closed);
      onClosed?.();
    });
    this.producers.add(producer);
    this.#context.invalidate();
    if (this.#context.session !== null) producer.handleSession(this.#context.session);
    await producer.ready;
    return producer;
  }

  /** Resolves once it is open. */
  async produceData(options: ProduceDataOptions): Promise<DataProducer> {
    checkAppData(options.appData);
    checkText(options.label ?? '', 'label');
    checkText(options.protocol ?? '', 'protocol');
    for (const name of ['maxPacketLifeTime', 'maxRetransmits'] as const)
      if (options[name] !== undefined) checkInteger(options[name], name, 0, 65535);
    checkReliability(options);
    const dataProducer = new DataProducer(this.#context, options, (closed) => {
      this.dataProducers.delete(closed);
    });
    this.dataProducers.add(dataProducer);
    if (this.#context.session !== null) dataProducer.handleSession(this.#context.session);
    await dataProducer.ready;
    return dataProducer;
  }

  producerOf(source: string): Producer | null {
    for (const producer of this.producers) if (producer.source === source) return producer;
    return null;
  }

  /** What a server may keep for us while we are away. */
  get holds(): Pick<SessionHolds, 'producers' | 'dataProducers'> {
    const heldOf = (all: Iterable<{ readonly held: string | null }>) =>
      [...all].flatMap(({ held }) => (held === null ? [] : [held]));
    return { producers: heldOf(this.producers), dataProducers: heldOf(this.dataProducers) };
  }

  /** Everything is published on it, but for what was `resumed`. */
  handleSession(session: DialectSession, resumed: DialectResumeResult | null): void {
    // What was closed while the server was asked is kept there.
    const { producers, dataProducers } = this.holds;
    for (const id of resumed?.producers.keys() ?? [])
      if (!producers.includes(id)) inBackground(this.#context, 'closeProducer', session.closeProducer(id));
    for (const id of resumed?.dataProducers ?? [])
      if (!dataProducers.includes(id)) inBackground(this.#context, 'closeDataProducer', session.closeDataProducer(id));
    for (const producer of [...this.producers]) {
      const kept = producer.held === null ? undefined : resumed?.producers.get(producer.held);
      if (kept === undefined) producer.handleSession(session);
      else producer.handleResumed(session, kept);
    }
    for (const dataProducer of [...this.dataProducers]) {
      if (dataProducer.held !== null && resumed?.dataProducers.has(dataProducer.held) === true)
        dataProducer.handleResumed(session);
      else dataProducer.handleSession(session);
    }
  }

  /** A transport was made anew, or some of what it stands for: what went with the old one is published again. */
  handleRebuilt(session: DialectSession): void {
    for (const one of [...this.producers, ...this.dataProducers]) one.handleRebuilt(session);
  }

  handleSessionLost(): void {
    for (const producer of this.producers) producer.handleSessionLost();
    for (const dataProducer of this.dataProducers) dataProducer.handleSessionLost();
  }

  end(reason: CloseReason): void {
    this.ends += 1;
    const by = reason === 'left' ? 'local' : 'server';
    for (const producer of [...this.producers]) producer.handleClosed(by, reason);
    for (const dataProducer of [...this.dataProducers]) dataProducer.handleClosed(by, reason);
  }

  handleProducerClosed({ producerId, by, reason }: DialectEventOf<'producerClosed'>): void {
    this.byId(producerId)?.handleClosed(by, (reason as CloseReason) ?? 'server');
  }

  handleMessagesLost({ dataProducerId, count, peerId }: DialectEventOf<'messagesLost'>): void {
    for (const dataProducer of this.dataProducers)
      if (dataProducer.id === dataProducerId) emitOn(dataProducer, 'messagesLost', { count, peerId });
  }

  byId(id: string): Producer | null {
    for (const producer of this.producers) if (producer.id === id) return producer;
    return null;
  }

  #wrap(track: MediaStreamTrack, { ownership }: ProduceOptions): LocalTrack {
    checkTrack(track);
    return new LocalTrack(track, ownership === 'owned' ? null : undefined);
  }
}

/** Throws `invalidArgument`, before anything is captured or sent. Returns `appData` as its `toJSON()` has it. */
export function checkPublishing(options: ProduceOptions): ProduceOptions['appData'] {
  const { appData, source = 'unknown', codec, encodings } = options;
  if (codec !== undefined) checkString(codec, 'codec');
  checkEncodings(encodings);
  checkText(source, 'source');
  checkAppData(appData);
  // The copy that is sent, with the source added, would have no `toJSON()`.
  const plain =
    appData !== undefined && 'toJSON' in appData
      ? (JSON.parse(JSON.stringify(appData)) as ProduceOptions['appData'])
      : appData;
  checkAppData({ ...plain, source });
  return plain;
}
