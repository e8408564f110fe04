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
import { SharedNotification, sharedNotification } from '../SharedNotification.ts';
import { NotificationBuffer } from '../NotificationBuffer.ts';
import type { V2Dialect, ServerWord, ServerWords } from '../mediasoup-v2-shared/V2Dialect.ts';

/** Samples, which the next one replaces, and texts: left out for a client that is behind with reading. */
const lossy: ReadonlySet<ServerWord | OutOfBandServerMethod> = new Set<ServerWord | OutOfBandServerMethod>([
  'transportStats',
  'producerStats',
  'consumerStats',
  'textMessage',
  'active-speaker',
]);

/** What goes to one client of the server's own accord: in the words of its dialect, and in the envelope it uses itself. */
export class Notifier extends NotificationBuffer {
  /** As the client's own messages come. */
  envelope: Envelope = 'notification';
  /** What of ours the client understands; undefined: it is none of ours. */
  extensions: readonly Extension[] | undefined;
  readonly #dialect: V2Dialect;

  constructor(connection: Connection, dialect: V2Dialect) {
    super(connection);
    this.#dialect = dialect;
  }

  tell<Word extends ServerWord>(word: Word, data: ServerWords[Word]): void {
    const message = this.#say(word, data);
    if (message === undefined) return;
    this.whenFree((connection) => {
      const { kind, method, data: payload } = writeEnvelope(message, this.envelope);
      send(connection, kind, method, payload);
    }, lossy.has(word));
  }

  /** As {@link tell}, of an event that goes to other peers too: what it says is made and serialized once for all alike. */
  tellShared<Word extends ServerWord>(event: object, word: Word, dataOf: () => ServerWords[Word]): void {
    const { envelope, extensions } = this;
    // A request has a number of its own for each client.
    if (envelope === 'request') {
      this.tell(word, dataOf());
      return;
    }
    const message = this.#say(word, dataOf());
    if (message === undefined) return;
    const audience = `${this.#dialect.name} ${envelope} ${String(extensions !== undefined)} ${word}`;
    const notification = sharedNotification(event, audience, () => {
      const { method, data } = writeEnvelope(message, envelope);
      return new SharedNotification(method, data);
    });
    this.send(notification, lossy.has(word));
  }

  /** What travels beside the protocol proper, never in an envelope. The same to all peers that hear of the event. */
  tellBeside<Method extends OutOfBandServerMethod>(
    event: object,
    method: Method,
    data: Written<OutOfBandServerData<Method>>,
  ): void {
    if (this.envelope === 'request') {
      this.whenFree((connection) => {
        send(connection, 'request', method, data);
      }, lossy.has(method));
      return;
    }
    const notification = sharedNotification(event, `v2 ${method}`, () => new SharedNotification(method, data));
    this.send(notification, lossy.has(method));
  }

  /** Fields of ours: for clients of ours. */
  additive<Fields extends object>(fields: Fields): Partial<Fields> {
    return this.extensions === undefined ? {} : fields;
  }

  #say<Word extends ServerWord>(word: Word, data: ServerWords[Word]): V2Message | undefined {
    const message = this.#dialect.say(word, data);
    return message === undefined || (message.isOurs && this.extensions === undefined) ? undefined : message;
  }
}

function send(connection: Connection, kind: 'request' | 'notification', method: string, data: unknown): void {
  if (kind === 'notification') connection.notify(method, data);
  // Whether or not it is answered says nothing.
  else connection.request(method, data).catch(() => undefined);
}
