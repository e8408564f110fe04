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
import { NotificationBuffer } from '../NotificationBuffer.ts';
import { SharedNotification, sharedNotification } from '../SharedNotification.ts';
import type { MediasoupV3Settings } from './options.ts';
import type { SpokenVariant } from './SpokenVariant.ts';

/** Samples, which the next one replaces, and texts: left out for a client that is behind with reading. */
const lossy: ReadonlySet<ServerNotificationMethod> = new Set<ServerNotificationMethod>([
  'consumerScore',
  'producerScore',
  'activeSpeaker',
  'speakingPeers',
  'downlinkBwe',
  'textMessage',
]);

/** Sends to one client what the server says of its own accord, in the words of the client's variant; what that lacks is left out. */
export class Notifier extends NotificationBuffer {
  readonly #settings: MediasoupV3Settings;
  readonly #spoken: SpokenVariant;

  constructor(connection: Connection, settings: MediasoupV3Settings, spoken: SpokenVariant) {
    super(connection);
    this.#settings = settings;
    this.#spoken = spoken;
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
    const audience = `mediasoup-v3 ${this.#spoken.wording} ${String(this.#settings.demoFaithful)} ${method}`;
    const notification = sharedNotification(event, audience, () => this.#write(method, dataOf()));
    this.send(notification, lossy.has(method));
  }

  /** Under a name that the method table has as an alias only. */
  tellRaw(method: string, data: unknown): void {
    this.send(new SharedNotification(method, data), false);
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

  #isSpoken(method: ServerNotificationMethod): boolean {
    const entry: MethodEntry = serverToClient[method];
    return this.#spoken.isAmong(entry.variants) && !(this.#settings.demoFaithful && entry.additive === true);
  }

  #write<Method extends ServerNotificationMethod>(
    method: Method,
    data: Written<ServerData<Method>>,
  ): SharedNotification {
    const message = writeServerMessage(method, data, this.#spoken.wording);
    return new SharedNotification(message.method, message.data);
  }
}
