import { writeEnvelope } from '@tureen/protocol/mediasoup-v2-family';
import type { CarrierServerData, CarrierServerMethod, Envelope, Extension } from '@tureen/protocol/mediasoup-v2-family';
import type { Written } from '@tureen/protocol/common';
import type { Connection } from '../Connection.ts';
import { WaitingOutbox } from '../WaitingOutbox.ts';
import type { FamilyDialect, ServerWord, ServerWords } from './FamilyDialect.ts';

/** What goes to one client of the server's own accord: in the words of its dialect, and in the envelope it uses itself. */
export class Outbox extends WaitingOutbox {
  /** As the client's own messages come. */
  envelope: Envelope = 'notification';
  /** What of ours the client understands; undefined: it is none of ours. */
  extensions: readonly Extension[] | undefined;
  readonly #dialect: FamilyDialect;

  constructor(connection: Connection, dialect: FamilyDialect) {
    super(connection);
    this.#dialect = dialect;
  }

  tell<Word extends ServerWord>(word: Word, data: ServerWords[Word]): void {
    const message = this.#dialect.say(word, data);
    if (message === undefined || (message.isOurs && this.extensions === undefined)) return;
    this.whenFree(() => {
      const { kind, method, data: payload } = writeEnvelope(message, this.envelope);
      this.#send(kind, method, payload);
    });
  }

  /** What travels beside the protocol proper, never in an envelope. */
  tellBeside<Method extends CarrierServerMethod>(method: Method, data: Written<CarrierServerData<Method>>): void {
    this.whenFree(() => {
      this.#send(this.envelope === 'request' ? 'request' : 'notification', method, data);
    });
  }

  /** Fields of ours: for clients of ours. */
  additive<Fields extends object>(fields: Fields): Partial<Fields> {
    return this.extensions === undefined ? {} : fields;
  }

  #send(kind: 'request' | 'notification', method: string, data: unknown): void {
    if (kind === 'notification') this.connection?.notify(method, data);
    // Whether or not it is answered says nothing.
    else this.connection?.request(method, data).catch(() => undefined);
  }
}
