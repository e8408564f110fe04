import type { Logger } from 'pino';
import { MediaError } from '../engine/port/MediaError.ts';
import type {
  MediaDirectDataConsumer,
  MediaDirectDataProducer,
  MediaDirectTransport,
} from '../engine/port/MediaDirectTransport.ts';
import type { MediaRouter } from '../engine/port/MediaRouter.ts';
import type { Clock } from '../shared/clock.ts';
import { AnswerCount } from './AnswerCount.ts';
import { DataProducer } from './DataProducer.ts';
import type { DataReceiver } from './DataReceivers.ts';
import type { Peer } from './Peer.ts';

/** Label of the data producers of a bot and of those who write to it, and the `appData.channel` of them. */
const BOT = 'bot';

/** Bounds of what a bot does. Messages beyond them are dropped, and nothing else happens to who sent them. */
export const botLimits = {
  /** Longest message, in bytes. Longer ones do not leave the media worker. */
  messageBytes: 512,
  /** Messages of one peer that are read, per second. */
  peerPerSec: 5,
  /** Answers in one room, per second: each goes to every peer. */
  roomPerSec: 50,
  /** Longest name in an answer, in characters. */
  nameChars: 64,
} as const;

/** What a {@link Bot} is made of. */
export interface BotOptions {
  readonly router: MediaRouter;
  readonly clock: Clock;
  readonly logger: Logger;
}

/**
 * A participant of the server's own, on data channels alone: sends to everyone in the room what a peer writes to it, as that of
 * mediasoup-demo. Peers write to it with data producers that are labeled `bot`, or have `appData.channel` `bot`; no other peer
 * is offered those.
 */
export class Bot implements DataReceiver {
  /** What it sends, for every peer that takes data. */
  readonly dataProducer: DataProducer;
  isBehind = false;
  readonly #media: MediaDirectDataProducer;
  readonly #transport: MediaDirectTransport;
  readonly #clock: Clock;
  readonly #logger: Logger;
  readonly #roomCount: AnswerCount;
  readonly #peerCounts = new WeakMap<Peer, AnswerCount>();

  private constructor({ clock, logger }: BotOptions, transport: MediaDirectTransport, media: MediaDirectDataProducer) {
    this.#clock = clock;
    this.#logger = logger;
    this.#transport = transport;
    this.#media = media;
    this.#roomCount = new AnswerCount(botLimits.roomPerSec, clock);
    this.dataProducer = new DataProducer({ media, peer: null, appData: { channel: BOT }, clock, onClosed: () => {} });
  }

  /** @throws MediaError. */
  static async create(options: BotOptions): Promise<Bot> {
    const { messageBytes, nameChars } = botLimits;
    const transport = await options.router.createDirectTransport({
      maxConsumedBytes: messageBytes,
      // An answer quotes the message behind the name.
      maxProducedBytes: 2 * messageBytes + 4 * nameChars,
    });
    return new Bot(options, transport, await transport.produceData({ label: BOT, protocol: '' }));
  }

  /** Whether a data producer of a peer's is addressed to it. */
  isAddressedBy({ label, appData }: DataProducer): boolean {
    return label === BOT || (Object(appData) as { channel?: unknown }).channel === BOT;
  }

  /** Answers what comes from that data producer, until it closes. Never throws. */
  listenTo(dataProducer: DataProducer): void {
    const { receivers } = dataProducer;
    receivers.expect(this);
    const reading = this.#consume(dataProducer).finally(() => {
      receivers.handleReady(this);
    });
    reading.catch((error: unknown) => {
      // It closed while the worker was asked.
      if (error instanceof MediaError && error.code === 'closed') return;
      if (error instanceof MediaError && error.code === 'timeout' && !dataProducer.closed) {
        this.listenTo(dataProducer);
        return;
      }
      this.#logger.warn({ err: error, dataProducerId: dataProducer.id }, 'bot cannot read a data producer');
    });
  }

  async #consume({ id, peer }: DataProducer): Promise<void> {
    if (peer === null) return;
    const consumer = await this.#transport.consumeData(id);
    let cancelRest: (() => void) | undefined;
    consumer.on('closed', () => cancelRest?.());
    consumer.on('message', ({ text }) => {
      if (cancelRest !== undefined) return;
      // What it has no answer for counts as well: to look at it is work.
      if (this.#countOf(peer).take() && (text === null || this.#roomCount.take())) {
        if (text !== null) this.#answer(peer, text);
        return;
      }
      this.#logger.debug({ peerId: peer.id }, 'bot does not answer for a second');
      cancelRest = this.#clock.after(1000, () => {
        cancelRest = undefined;
        this.#settle(consumer, 'resume');
      });
      // What comes meanwhile is dropped by the worker, and costs nothing here.
      this.#settle(consumer, 'pause');
    });
  }

  #answer({ displayName }: Peer, text: string): void {
    const name = [...displayName].slice(0, botLimits.nameChars).join('');
    try {
      this.#media.send(`${name} wrote: ${text}`);
    } catch (error) {
      this.#logger.debug({ err: error }, 'bot cannot answer');
    }
  }

  #countOf(peer: Peer): AnswerCount {
    let count = this.#peerCounts.get(peer);
    if (count === undefined) {
      count = new AnswerCount(botLimits.peerPerSec, this.#clock);
      this.#peerCounts.set(peer, count);
    }
    return count;
  }

  #settle(consumer: MediaDirectDataConsumer, how: 'pause' | 'resume'): void {
    consumer[how]().catch((error: unknown) => {
      this.#logger.debug({ err: error }, `bot cannot ${how} a data consumer`);
    });
  }
}
