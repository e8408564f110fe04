import type { MediaKind, RtpCapabilities } from '@tureen/protocol/common';

import { checkReliability } from '../../shared/commonErrors.ts';
import { TureenError } from '../../shared/errors.ts';
import { checkId } from '../checks.ts';
import type {
  MediaDataProduceOptions,
  MediaProduceOptions,
  MediaSendTransport,
  SendTransportHandlers,
  TransportDescription,
} from '../MediaEngine.ts';
import { FakeDataProducer } from './FakeDataProducer.ts';
import { FakeProducer } from './FakeProducer.ts';
import { FakeTransport, type FakeTransportContext } from './FakeTransport.ts';
import { fakeSendParameters } from './fakeParameters.ts';

/** Send transport of a {@link FakeSession}. Makes the requests of a real one, and sends nothing. */
export class FakeSendTransport extends FakeTransport implements MediaSendTransport {
  /** Open producers. */
  readonly producers = new Set<FakeProducer>();
  /** Open data producers. */
  readonly dataProducers = new Set<FakeDataProducer>();

  readonly #handlers: SendTransportHandlers;
  readonly #context: FakeTransportContext;
  readonly #capabilities: RtpCapabilities;
  #nextMid = 0;
  #nextSsrc = 10_000_000 + Math.floor(Math.random() * 1_000_000_000);
  #nextStreamId = 0;

  constructor(
    description: TransportDescription,
    handlers: SendTransportHandlers,
    context: FakeTransportContext,
    capabilities: RtpCapabilities,
  ) {
    super(description, handlers, context);
    this.#handlers = handlers;
    this.#context = context;
    this.#capabilities = capabilities;
  }

  async produce(options: MediaProduceOptions): Promise<FakeProducer> {
    this.assertUsable();
    const kind = options.track.kind as MediaKind;
    if (options.track.readyState === 'ended') throw new TureenError('invalidState', 'the track has ended');
    const rtpParameters = fakeSendParameters(
      this.#capabilities,
      options,
      String(this.#nextMid++),
      () => this.#nextSsrc++,
    );
    return this.enqueue(
      'produce',
      async () => {
        const paused = options.paused === true;
        const appData = options.appData ?? {};
        const id = await this.#handlers.onProduce({ kind, rtpParameters, appData, paused });
        checkId(id, 'producer.id');
        if (this.closed) throw this.closedError();
        const producer = new FakeProducer(
          { id, kind, track: options.track, paused, rtpParameters },
          this.#context.script,
          () => this.producers.delete(producer),
        );
        this.producers.add(producer);
        return producer;
      },
      { connects: true },
    );
  }

  async produceData(options: MediaDataProduceOptions): Promise<FakeDataProducer> {
    this.assertUsable();
    if (this.description.sctpParameters === undefined)
      throw new TureenError('unsupported', 'the transport of the server has no data channels');
    const { label, protocol = '', maxPacketLifeTime, maxRetransmits, appData = {} } = options;
    checkReliability(options);
    const streamId = this.#nextStreamId++;
    const isReliable = maxPacketLifeTime === undefined && maxRetransmits === undefined;
    return this.enqueue(
      'produceData',
      async () => {
        const id = await this.#handlers.onProduceData({
          sctpStreamParameters: {
            streamId,
            ordered: isReliable && options.ordered !== false,
            ...(maxPacketLifeTime === undefined ? {} : { maxPacketLifeTime }),
            ...(maxRetransmits === undefined ? {} : { maxRetransmits }),
          },
          label,
          protocol,
          appData,
        });
        checkId(id, 'dataProducer.id');
        if (this.closed) throw this.closedError();
        const producer = new FakeDataProducer(id, () => this.dataProducers.delete(producer));
        this.dataProducers.add(producer);
        if (this.connectionState === 'connected') producer.opened();
        return producer;
      },
      { connects: true },
    );
  }

  protected override handleConnected(): void {
    for (const producer of this.dataProducers) producer.opened();
  }

  protected override closeChildren(): void {
    for (const child of [...this.producers, ...this.dataProducers]) child.close();
  }
}
