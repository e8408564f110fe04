import { TureenError } from '../../shared/errors.ts';
import { check, checkChannel, checkId, checkParameters } from '../checks.ts';
import type {
  MediaConsumeOptions,
  MediaDataConsumeOptions,
  MediaRecvTransport,
  TransportDescription,
  TransportHandlers,
} from '../MediaEngine.ts';
import { FakeConsumer } from './FakeConsumer.ts';
import { FakeDataConsumer } from './FakeDataConsumer.ts';
import { FakeTransport, type FakeTransportContext } from './FakeTransport.ts';

/** Receive transport of a {@link FakeSession}, with fake tracks. */
export class FakeRecvTransport extends FakeTransport implements MediaRecvTransport {
  /** Open consumers. */
  readonly consumers = new Set<FakeConsumer>();
  /** Open data consumers. */
  readonly dataConsumers = new Set<FakeDataConsumer>();

  readonly #canReceive: (options: MediaConsumeOptions) => boolean;
  /** IDs of all consumers, including pending and closed ones: a browser cannot consume an ID twice. */
  readonly #ids = new Set<string>();
  /** IDs of open and pending data consumers. */
  readonly #dataIds = new Set<string>();

  constructor(
    description: TransportDescription,
    handlers: TransportHandlers,
    context: FakeTransportContext,
    canReceive: (options: MediaConsumeOptions) => boolean,
  ) {
    super(description, handlers, context);
    this.#canReceive = canReceive;
  }

  async consume(options: MediaConsumeOptions): Promise<FakeConsumer> {
    this.assertUsable();
    checkId(options.id, 'consumer.id');
    check('rtpParameters', () => {
      checkParameters(options.kind, options.rtpParameters);
    });
    if (!this.#canReceive(options))
      throw new TureenError('unsupportedCodec', `consumer ${options.id} cannot be decoded`);
    return claim(this.#ids, options.id, 'unsupported', () =>
      this.enqueue(
        'consume',
        async () => {
          const consumer = new FakeConsumer(options, () => {
            this.consumers.delete(consumer);
          });
          this.consumers.add(consumer);
          return consumer;
        },
        {
          connects: true,
          onLate: (consumer) => {
            consumer.close();
          },
        },
      ),
    );
  }

  async consumeData(options: MediaDataConsumeOptions): Promise<FakeDataConsumer> {
    this.assertUsable();
    if (this.description.sctpParameters === undefined)
      throw new TureenError('unsupported', 'the transport of the server has no data channels');
    checkId(options.id, 'dataConsumer.id');
    check('sctpStreamParameters', () => {
      checkChannel(options.sctpStreamParameters, options.label, options.protocol ?? '');
    });
    return claim(this.#dataIds, options.id, 'invalidState', () =>
      this.enqueue(
        'consumeData',
        async () => {
          const consumer = new FakeDataConsumer(options, () => {
            this.#dataIds.delete(options.id);
            this.dataConsumers.delete(consumer);
          });
          this.dataConsumers.add(consumer);
          if (this.connectionState === 'connected') consumer.opened();
          return consumer;
        },
        {
          connects: true,
          onLate: (consumer) => {
            consumer.close();
          },
        },
      ),
    );
  }

  protected override handleConnected(): void {
    for (const consumer of this.dataConsumers) consumer.opened();
  }

  protected override closeChildren(): void {
    for (const child of [...this.consumers, ...this.dataConsumers]) child.close();
  }
}

async function claim<T>(
  ids: Set<string>,
  id: string,
  code: 'unsupported' | 'invalidState',
  create: () => Promise<T>,
): Promise<T> {
  if (ids.has(id)) throw new TureenError(code, `${id} has been consumed on this transport`);
  ids.add(id);
  try {
    return await create();
  } catch (error) {
    ids.delete(id);
    throw error;
  }
}
