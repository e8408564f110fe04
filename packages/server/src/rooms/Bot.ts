import type { Logger } from 'pino';
import type { Clock } from '@tureen/kernel';
import { MediaError } from '../engine/port/MediaError.ts';
import type {
  MediaDirectDataConsumer,
  MediaDirectDataProducer,
  MediaDirectTransport,
} from '../engine/port/MediaDirectTransport.ts';
import type { MediaRouter } from '../engine/port/MediaRouter.ts';
import { ReplyCount } from './ReplyCount.ts';
import { DataProducer } from './DataProducer.ts';
import type { DataReceiver } from './DataReceivers.ts';
import type { Peer } from './Peer.ts';

/** Label, or `appData.channel`, of a bot's data producer and of data producers for the bot. */
const BOT = 'bot';

/** Limits of a bot. The bot ignores messages above them. */
export const botLimits = {
  /** Maximum size of a message, in bytes. The media worker drops longer messages. */
  messageBytes: 512,
  /** Maximum number of read messages per peer and second. */
  peerPerSec: 5,
  /** Maximum number of replies per room and second: each goes to every peer. */
  roomPerSec: 50,
  /** Maximum length of a name in a reply, in characters. */
  nameChars: 64,
} as const;

/** Parts of a {@link Bot}. */
export interface BotOptions {
  readonly router: MediaRouter;
  readonly clock: Clock;
  readonly logger: Logger;
}

/**
 * Participant that the server adds to a room, with data channels only. As in mediasoup-demo, the bot sends each text message
 * that a peer sends to the bot to everyone in the room. Peers address the bot with data producers that have the label `bot`,
 * or `bot` as `appData.channel`. Other peers are not offered those.
 */
export class Bot implements DataReceiver {
  /** Replies of the bot, for every peer that receives data. */
  readonly dataProducer: DataProducer;
  isBehind = false;
  readonly #media: MediaDirectDataProducer;
  readonly #transport: MediaDirectTransport;
  readonly #clock: Clock;
  readonly #logger: Logger;
  readonly #roomCount: ReplyCount;
  readonly #peerCounts = new WeakMap<Peer, ReplyCount>();

  private constructor({ clock, logger }: BotOptions, transport: MediaDirectTransport, media: MediaDirectDataProducer) {
    this.#clock = clock;
    this.#logger = logger;
    this.#transport = transport;
    this.#media = media;
    this.#roomCount = new ReplyCount(botLimits.roomPerSec, clock);
    this.dataProducer = new DataProducer({ media, peer: null, appData: { channel: BOT }, clock, onClosed: () => {} });
  }

  /** Creates the bot. @throws MediaError. */
  static async create(options: BotOptions): Promise<Bot> {
    const { messageBytes, nameChars } = botLimits;
    const transport = await options.router.createDirectTransport({
      maxConsumedBytes: messageBytes,
      // A reply quotes the message after the name.
      maxProducedBytes: 2 * messageBytes + 4 * nameChars,
    });
    return new Bot(options, transport, await transport.produceData({ label: BOT, protocol: '' }));
  }

  /** Returns whether a data producer of a peer addresses the bot. */
  isAddressedBy({ label, appData }: DataProducer): boolean {
    return label === BOT || (Object(appData) as { channel?: unknown }).channel === BOT;
  }

  /** Replies to messages of the data producer until it closes. Never throws. */
  listenTo(dataProducer: DataProducer): void {
    const { receivers } = dataProducer;
    receivers.expect(this);
    const reading = this.#consume(dataProducer).finally(() => {
      receivers.handleReady(this);
    });
    reading.catch((error: unknown) => {
      // The data producer closed while the worker created the consumer.
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
      // A message without a reply counts too, because reading it is work.
      if (this.#countOf(peer).take() && (text === null || this.#roomCount.take())) {
        if (text !== null) this.#reply(peer, text);
        return;
      }
      this.#logger.debug({ peerId: peer.id }, 'pausing the bot for a peer for one second');
      cancelRest = this.#clock.after(1000, () => {
        cancelRest = undefined;
        this.#settle(consumer, 'resume');
      });
      // Meanwhile the worker drops messages, at no cost to this process.
      this.#settle(consumer, 'pause');
    });
  }

  #reply({ displayName }: Peer, text: string): void {
    const name = [...displayName].slice(0, botLimits.nameChars).join('');
    try {
      this.#media.send(`${name} wrote: ${text}`);
    } catch (error) {
      this.#logger.debug({ err: error }, 'bot cannot reply');
    }
  }

  #countOf(peer: Peer): ReplyCount {
    let count = this.#peerCounts.get(peer);
    if (count === undefined) {
      count = new ReplyCount(botLimits.peerPerSec, this.#clock);
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
