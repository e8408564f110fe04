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
import type { ClientVariant } from './ClientVariant.ts';

/** Samples that the next sample replaces, and text messages. They are dropped for a client that reads slowly. */
const lossy: ReadonlySet<ServerNotificationMethod> = new Set<ServerNotificationMethod>([
  'consumerScore',
  'producerScore',
  'activeSpeaker',
  'speakingPeers',
  'downlinkBwe',
  'textMessage',
]);

/** Names of clients for whom the same event is encoded equally. Strings of their own would cost time for each client. */
const audiences = { both: 'mediasoup-v3 both', classic: 'mediasoup-v3 classic', notify: 'mediasoup-v3 notify' };
const faithfulAudiences = { both: 'demo both', classic: 'demo classic', notify: 'demo notify' };

/** Sends notifications and requests to one client, in its variant. Skips messages that the variant lacks. */
export class Notifier extends NotificationBuffer {
  readonly #settings: MediasoupV3Settings;
  readonly #clientVariant: ClientVariant;

  constructor(connection: Connection, settings: MediasoupV3Settings, clientVariant: ClientVariant) {
    super(connection);
    this.#settings = settings;
    this.#clientVariant = clientVariant;
  }

  notify<Method extends ServerNotificationMethod>(method: Method, data: Written<ServerData<Method>>): void {
    if (this.#isSupported(method)) this.send(this.#write(method, data), lossy.has(method));
  }

  /**
   * Sends a notification of an event that other peers receive too. The notification is created and encoded once for all
   * peers with the same form.
   */
  notifyShared<Method extends ServerNotificationMethod>(
    event: object,
    method: Method,
    dataOf: () => Written<ServerData<Method>>,
  ): void {
    if (!this.#isSupported(method)) return;
    const { wording } = this.#clientVariant;
    const audience = this.#settings.demoFaithful ? faithfulAudiences[wording] : audiences[wording];
    const notification = sharedNotification(event, { method, audience }, () => this.#write(method, dataOf()));
    this.send(notification, lossy.has(method));
  }

  /** Sends a notification under a name that is only an alias in the method table. */
  notifyRaw(method: string, data: unknown): void {
    this.send(new SharedNotification(method, data), false);
  }

  /** Sends a request and resolves with the response. Rejects where the client refuses, does not respond in time, or disconnects. */
  request<Method extends ServerRequestMethod>(method: Method, data: Written<ServerData<Method>>): Promise<unknown> {
    const message = writeServerMessage(method, data, this.#clientVariant.wording);
    const { connection } = this;
    if (connection === undefined) return Promise.reject(new ConnectionClosedError('the client has no connection'));
    return new Promise((resolve) => {
      this.whenReleased(() => {
        resolve(connection.request(message.method, message.data));
      });
    });
  }

  #isSupported(method: ServerNotificationMethod): boolean {
    const entry: MethodEntry = serverToClient[method];
    return this.#clientVariant.isAmong(entry.variants) && !(this.#settings.demoFaithful && entry.additive === true);
  }

  #write<Method extends ServerNotificationMethod>(
    method: Method,
    data: Written<ServerData<Method>>,
  ): SharedNotification {
    const message = writeServerMessage(method, data, this.#clientVariant.wording);
    return new SharedNotification(message.method, message.data);
  }
}
