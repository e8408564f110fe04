import { writeEnvelope } from '@tureen/protocol/mediasoup-v2-shared';
import type {
  OutOfBandServerData,
  OutOfBandServerMethod,
  Envelope,
  Extension,
  V2Message,
} from '@tureen/protocol/mediasoup-v2-shared';
import type { Written } from '@tureen/protocol/common';
import type { Connection } from '../Connection.ts';
import { NotificationBuffer } from '../NotificationBuffer.ts';
import { SharedNotification, sharedNotification } from '../SharedNotification.ts';
import type { V2Dialect, V2ServerData, V2ServerMethod } from './V2Dialect.ts';

/** Samples that the next sample replaces, and text messages. They are dropped for a client that reads slowly. */
const lossy: ReadonlySet<V2ServerMethod | OutOfBandServerMethod> = new Set<V2ServerMethod | OutOfBandServerMethod>([
  'transportStats',
  'producerStats',
  'consumerStats',
  'textMessage',
  'active-speaker',
]);

/** Sends notifications to one client, in its dialect and in the envelope that the client uses. */
export class Notifier extends NotificationBuffer {
  /** Envelope of the client's messages. */
  envelope: Envelope = 'notification';
  /** Extensions that the client supports; undefined for a genuine client. */
  extensions: readonly Extension[] | undefined;
  readonly #dialect: V2Dialect;

  constructor(connection: Connection, dialect: V2Dialect) {
    super(connection);
    this.#dialect = dialect;
  }

  notify<Method extends V2ServerMethod>(method: Method, data: V2ServerData[Method]): void {
    const message = this.#write(method, data);
    if (message !== undefined) this.#send(message, lossy.has(method));
  }

  /** Sends the welcome before the client has announced any extension. Sends nothing in the alpha, which has no queryRoom. */
  notifyWelcome(data: V2ServerData['welcome']): void {
    const message = this.#dialect.writeMessage('welcome', data);
    if (message !== undefined) this.#send(message, false);
  }

  /**
   * Sends a notification of an event that other peers receive too. The notification is created and encoded once for all
   * peers with the same form.
   */
  notifyShared<Method extends V2ServerMethod>(event: object, method: Method, dataOf: () => V2ServerData[Method]): void {
    const { envelope, extensions } = this;
    // A request has its own ID for each client.
    if (envelope === 'request') {
      this.notify(method, dataOf());
      return;
    }
    const message = this.#write(method, dataOf());
    if (message === undefined) return;
    const audience = `${this.#dialect.name} ${envelope} ${String(extensions !== undefined)}`;
    const notification = sharedNotification(event, { method, audience }, () => {
      const enveloped = writeEnvelope(message, envelope);
      return new SharedNotification(enveloped.method, enveloped.data);
    });
    this.send(notification, lossy.has(method));
  }

  /** Sends a message outside the dialect's protocol, without an envelope. The message is encoded once for all peers. */
  notifyOutOfBand<Method extends OutOfBandServerMethod>(
    event: object,
    method: Method,
    data: Written<OutOfBandServerData<Method>>,
  ): void {
    if (this.envelope === 'request') {
      this.whenReleased((connection) => {
        send(connection, 'request', method, data);
      }, lossy.has(method));
      return;
    }
    const notification = sharedNotification(
      event,
      { method, audience: 'v2' },
      () => new SharedNotification(method, data),
    );
    this.send(notification, lossy.has(method));
  }

  /** Returns the fields for a client that supports extensions, and no fields for a genuine client. */
  additive<Fields extends object>(fields: Fields): Partial<Fields> {
    return this.extensions === undefined ? {} : fields;
  }

  #send(message: V2Message, isLossy: boolean): void {
    this.whenReleased((connection) => {
      const { kind, method: wireMethod, data: payload } = writeEnvelope(message, this.envelope);
      send(connection, kind, wireMethod, payload);
    }, isLossy);
  }

  #write<Method extends V2ServerMethod>(method: Method, data: V2ServerData[Method]): V2Message | undefined {
    const message = this.#dialect.writeMessage(method, data);
    return message === undefined || (message.isOurs && this.extensions === undefined) ? undefined : message;
  }
}

function send(connection: Connection, kind: 'request' | 'notification', method: string, data: unknown): void {
  if (kind === 'notification') connection.notify(method, data);
  // The response carries no information.
  else connection.request(method, data).catch(() => undefined);
}
