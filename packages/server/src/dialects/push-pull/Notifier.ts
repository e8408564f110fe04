import type { Written } from '@tureen/protocol/common';
import { serverToClient, writeServerMessage } from '@tureen/protocol/push-pull';
import type { Extension, MethodEntry, ServerData, ServerMethod } from '@tureen/protocol/push-pull';
import { SharedNotification, sharedNotification } from '../SharedNotification.ts';
import { NotificationBuffer } from '../NotificationBuffer.ts';
import type { Audience } from './toWire.ts';

/** Under which of the extensions an additive message is announced. */
const announcedBy: Readonly<Partial<Record<ServerMethod, Extension>>> = {
  pusherClosed: 'pusherClosed',
  pusherPaused: 'pusherPaused',
  pusherResumed: 'pusherPaused',
};

/** Left out for a user who is behind with reading. */
const lossy: ReadonlySet<ServerMethod> = new Set<ServerMethod>(['textMessage']);

/** What goes to one user of the server's own accord. While the user has no connection it is lost: its next join tells all. */
export class Notifier extends NotificationBuffer implements Audience {
  readonly isRtcPilot: boolean;
  #extensions: ReadonlySet<Extension> = new Set();
  /** Tells apart users to whom the same events are written differently. */
  #audience = '';

  constructor(isRtcPilot: boolean) {
    super();
    this.isRtcPilot = isRtcPilot;
  }

  /** What both ends speak beyond RTCPilot. */
  get extensions(): ReadonlySet<Extension> {
    return this.#extensions;
  }

  set extensions(extensions: ReadonlySet<Extension>) {
    this.#extensions = extensions;
    this.#audience = [...extensions].sort().join();
  }

  tell<Method extends ServerMethod>(method: Method, data: Written<ServerData<Method>>): void {
    if (this.#isSpoken(method)) this.send(write(method, data), lossy.has(method));
  }

  /** As {@link tell}, of an event that goes to other users too: what it says is made and serialized once for all alike. */
  tellShared<Method extends ServerMethod>(
    event: object,
    method: Method,
    dataOf: () => Written<ServerData<Method>>,
  ): void {
    if (!this.#isSpoken(method)) return;
    const audience = `push-pull ${String(this.isRtcPilot)} ${this.#audience} ${method}`;
    const notification = sharedNotification(event, audience, () => write(method, dataOf()));
    this.send(notification, lossy.has(method));
  }

  #isSpoken(method: ServerMethod): boolean {
    const entry: MethodEntry = serverToClient[method];
    const extension = announcedBy[method];
    return entry.additive !== true || (extension !== undefined && this.#extensions.has(extension));
  }
}

function write<Method extends ServerMethod>(method: Method, data: Written<ServerData<Method>>): SharedNotification {
  const message = writeServerMessage(method, data);
  return new SharedNotification(message.method, message.data);
}
