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
import { SharedNotification, sharedNotification } from '../SharedNotification.ts';
import type { MediasoupV3Settings } from './options.ts';

/** Samples, which the next one replaces, and texts: left out for a client that is behind with reading. */
const lossy: ReadonlySet<ServerNotificationMethod> = new Set<ServerNotificationMethod>([
  'consumerScore',
  'producerScore',
  'activeSpeaker',
  'speakingPeers',
  'downlinkBwe',
  'textMessage',
]);

/** What goes to one client of the server's own accord, in the words of the variant; what the variant lacks is left out. */
export class Outbox extends WaitingOutbox {
  readonly #settings: MediasoupV3Settings;

  constructor(connection: Connection, settings: MediasoupV3Settings) {
    super(connection);
    this.#settings = settings;
  }

  tell<Method extends ServerNotificationMethod>(method: Method, data: Written<ServerData<Method>>): void {
    if (this.#isSpoken(method)) this.send(this.#write(method, data), lossy.has(method));
  }

  /** As {@link tell}, of an event that goes to other peers too: what it says is made and serialized once for all alike. */
  tellShared<Method extends ServerNotificationMethod>(
    event: object,
    method: Method,
    dataOf: () => Written<ServerData<Method>>,
  ): void {
    if (!this.#isSpoken(method)) return;
    const { variant, demoFaithful } = this.#settings;
    const audience = `mediasoup-v3 ${variant} ${String(demoFaithful)} ${method}`;
    const notification = sharedNotification(event, audience, () => this.#write(method, dataOf()));
    this.send(notification, lossy.has(method));
  }

  /** Under a name that the method table has as an alias only. */
  tellRaw(method: string, data: unknown): void {
    this.send(new SharedNotification(method, data), false);
  }

  /** Resolves when the client took it; rejects where it refused, did not answer in time, or went away. */
  ask<Method extends ServerRequestMethod>(method: Method, data: Written<ServerData<Method>>): Promise<unknown> {
    const message = writeServerMessage(method, data, this.#settings.variant);
    const { connection } = this;
    if (connection === undefined) return Promise.reject(new ConnectionClosedError('the client has no connection'));
    return new Promise((resolve) => {
      this.whenFree(() => {
        resolve(connection.request(message.method, message.data));
      });
    });
  }

  #isSpoken(method: ServerNotificationMethod): boolean {
    const { variant, demoFaithful } = this.#settings;
    const entry: MethodEntry = serverToClient[method];
    return entry.variants.includes(variant) && !(demoFaithful && entry.additive === true);
  }

  #write<Method extends ServerNotificationMethod>(
    method: Method,
    data: Written<ServerData<Method>>,
  ): SharedNotification {
    const message = writeServerMessage(method, data, this.#settings.variant);
    return new SharedNotification(message.method, message.data);
  }
}
