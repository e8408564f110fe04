import type { Written } from '@tureen/protocol/common';
import { serverToClient, writeServerMessage } from '@tureen/protocol/push-pull';
import type { Extension, MethodEntry, ServerData, ServerMethod } from '@tureen/protocol/push-pull';
import { WaitingOutbox } from '../WaitingOutbox.ts';
import type { Audience } from './toWire.ts';

/** Under which of the extensions an additive message is announced. */
const announcedBy: Readonly<Partial<Record<ServerMethod, Extension>>> = {
  pusherClosed: 'pusherClosed',
  pusherPaused: 'pusherPaused',
  pusherResumed: 'pusherPaused',
};

/** What goes to one user of the server's own accord. While the user has no connection it is lost: its next join tells all. */
export class Outbox extends WaitingOutbox implements Audience {
  readonly isRtcPilot: boolean;
  /** What both ends speak beyond RTCPilot. */
  extensions: ReadonlySet<Extension> = new Set();

  constructor(isRtcPilot: boolean) {
    super();
    this.isRtcPilot = isRtcPilot;
  }

  tell<Method extends ServerMethod>(method: Method, data: Written<ServerData<Method>>): void {
    const entry: MethodEntry = serverToClient[method];
    const extension = announcedBy[method];
    if (entry.additive === true && (extension === undefined || !this.extensions.has(extension))) return;
    const message = writeServerMessage(method, data);
    this.whenFree(() => {
      this.connection?.notify(message.method, message.data);
    });
  }
}
