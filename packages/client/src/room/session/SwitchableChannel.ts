import type { RequestOptions, SignalingChannel } from '../../signaling/SignalingChannel.ts';
import type { InboundQueue } from './InboundQueue.ts';
import type { Dialect, DialectChannel, DialectContext, DialectEvent, DialectSession } from '../DialectPort.ts';
import type { TransportDirection } from '../entityInfo.ts';

/** One connection, as far as a session has to do with it. */
export interface ChannelConnection {
  readonly channel: SignalingChannel;
  readonly queue: InboundQueue;
}

/** A session of a dialect, and the connection that it speaks over just now: one that is resumed goes on over another. */
export class SwitchableChannel implements DialectChannel {
  readonly session: DialectSession;
  #connection: ChannelConnection;
  /** How the transports are since the connection went: the next one is told. */
  readonly #missed = new Map<TransportDirection, DialectEvent>();

  constructor(dialect: Dialect, context: Omit<DialectContext, 'channel' | 'emit'>, connection: ChannelConnection) {
    this.#connection = connection;
    this.session = dialect.open({
      ...context,
      channel: this,
      emit: (event) => {
        const isTaken = this.#connection.queue.push(event);
        if (!isTaken && event.type === 'transportState') this.#missed.set(event.direction, event);
      },
    });
  }

  /** Speaks over that one from here on. */
  move(connection: ChannelConnection): void {
    this.#connection = connection;
    for (const event of this.#missed.values()) connection.queue.push(event);
    this.#missed.clear();
  }

  request(method: string, data: unknown, options?: RequestOptions): Promise<unknown> {
    return this.#connection.channel.request(method, data, options);
  }

  notify(method: string, data: unknown): Promise<void> {
    return this.#connection.channel.notify(method, data);
  }
}
