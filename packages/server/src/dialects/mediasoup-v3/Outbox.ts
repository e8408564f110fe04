import type { Written } from '@tureen/protocol/common';
import { serverToClient, writeServerMessage } from '@tureen/protocol/mediasoup-v3';
import type {
  MethodEntry,
  ServerData,
  ServerNotificationMethod,
  ServerRequestMethod,
} from '@tureen/protocol/mediasoup-v3';
import { ConnectionClosedError } from '../Connection.ts';
import type { Connection } from '../Connection.ts';
import { WaitingOutbox } from '../WaitingOutbox.ts';
import type { MediasoupV3Settings } from './options.ts';
import type { SpokenVariant } from './SpokenVariant.ts';

/** Sends to one client what the server says of its own accord, in the words of the client's variant; what that lacks is left out. */
export class Outbox extends WaitingOutbox {
  readonly #settings: MediasoupV3Settings;
  readonly #spoken: SpokenVariant;

  constructor(connection: Connection, settings: MediasoupV3Settings, spoken: SpokenVariant) {
    super(connection);
    this.#settings = settings;
    this.#spoken = spoken;
  }

  tell<Method extends ServerNotificationMethod>(method: Method, data: Written<ServerData<Method>>): void {
    const entry: MethodEntry = serverToClient[method];
    if (!this.#spoken.isAmong(entry.variants) || (this.#settings.demoFaithful && entry.additive === true)) return;
    const message = writeServerMessage(method, data, this.#spoken.wording);
    this.tellRaw(message.method, message.data);
  }

  /** Under a name that the method table has as an alias only. */
  tellRaw(method: string, data: unknown): void {
    this.whenFree(() => {
      this.connection?.notify(method, data);
    });
  }

  /** Resolves when the client took it; rejects where it refused, did not answer in time, or went away. */
  ask<Method extends ServerRequestMethod>(method: Method, data: Written<ServerData<Method>>): Promise<unknown> {
    const message = writeServerMessage(method, data, this.#spoken.wording);
    const { connection } = this;
    if (connection === undefined) return Promise.reject(new ConnectionClosedError('the client has no connection'));
    return new Promise((resolve) => {
      this.whenFree(() => {
        resolve(connection.request(message.method, message.data));
      });
    });
  }
}
