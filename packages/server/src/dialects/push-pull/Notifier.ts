import type { Written } from '@tureen/protocol/common';
import { serverToClient, writeServerMessage } from '@tureen/protocol/push-pull';
import type { Extension, MethodEntry, ServerData, ServerMethod } from '@tureen/protocol/push-pull';
import { SharedNotification, sharedNotification } from '../SharedNotification.ts';
import { NotificationBuffer } from '../NotificationBuffer.ts';
import type { Audience } from './toWire.ts';

/** Extension to which each additive message belongs. */
const announcedBy: Readonly<Partial<Record<ServerMethod, Extension>>> = {
  pusherClosed: 'pusherClosed',
  pusherPaused: 'pusherPaused',
  pusherResumed: 'pusherPaused',
};

/** Messages that are dropped for a user that reads slowly. */
const lossy: ReadonlySet<ServerMethod> = new Set<ServerMethod>(['textMessage']);

/** Sends notifications to one user. While the user is disconnected they are dropped, since the next join response has the state. */
export class Notifier extends NotificationBuffer implements Audience {
  readonly isRtcPilot: boolean;
  #extensions: ReadonlySet<Extension> = new Set();
  /** Distinguishes users for whom the same events are encoded differently. */
  #audience: string;

  constructor(isRtcPilot: boolean) {
    super();
    this.isRtcPilot = isRtcPilot;
    this.#audience = this.#audienceOf([]);
  }

  /** Extensions of RTCPilot that both ends support. */
  get extensions(): ReadonlySet<Extension> {
    return this.#extensions;
  }

  set extensions(extensions: ReadonlySet<Extension>) {
    this.#extensions = extensions;
    this.#audience = this.#audienceOf(extensions);
  }

  notify<Method extends ServerMethod>(method: Method, data: Written<ServerData<Method>>): void {
    if (this.#isSupported(method)) this.send(write(method, data), lossy.has(method));
  }

  /**
   * Sends a notification of an event that other users receive too. The notification is created and encoded once for all
   * users with the same form.
   */
  notifyShared<Method extends ServerMethod>(
    event: object,
    method: Method,
    dataOf: () => Written<ServerData<Method>>,
  ): void {
    if (!this.#isSupported(method)) return;
    const audience = this.#audience;
    const notification = sharedNotification(event, { method, audience }, () => write(method, dataOf()));
    this.send(notification, lossy.has(method));
  }

  #audienceOf(extensions: Iterable<Extension>): string {
    return `push-pull ${String(this.isRtcPilot)} ${[...extensions].sort().join()}`;
  }

  #isSupported(method: ServerMethod): boolean {
    const entry: MethodEntry = serverToClient[method];
    const extension = announcedBy[method];
    return entry.additive !== true || (extension !== undefined && this.#extensions.has(extension));
  }
}

function write<Method extends ServerMethod>(method: Method, data: Written<ServerData<Method>>): SharedNotification {
  const message = writeServerMessage(method, data);
  return new SharedNotification(message.method, message.data);
}
