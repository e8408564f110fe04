import type { Written } from '@tureen/protocol/common';
import { serverToClient, writeServerMessage } from '@tureen/protocol/push-pull';
import type { Extension, MethodEntry, ServerData, ServerMethod } from '@tureen/protocol/push-pull';
import type { Connection } from '../Connection.ts';

/** Under which of the extensions an additive message is announced. */
const announcedBy: Readonly<Partial<Record<ServerMethod, Extension>>> = {
  pusherClosed: 'pusherClosed',
  pusherPaused: 'pusherPaused',
  pusherResumed: 'pusherPaused',
};

/** What goes to one user of the server's own accord. While the user has no connection it is lost: its next join tells all. */
export class Outbox {
  /** What both ends speak beyond RTCPilot. */
  extensions: ReadonlySet<Extension> = new Set();
  #connection: Connection | undefined;
  /** What waits; null while nothing has to. */
  #held: (() => void)[] | null = null;

  /** From now on to this one; what waits was for another, and is dropped. */
  connect(connection: Connection | undefined): void {
    this.#connection = connection;
    this.#held = null;
  }

  tell<Method extends ServerMethod>(method: Method, data: Written<ServerData<Method>>): void {
    const entry: MethodEntry = serverToClient[method];
    const extension = announcedBy[method];
    if (entry.additive === true && (extension === undefined || !this.extensions.has(extension))) return;
    const message = writeServerMessage(method, data);
    const send = () => {
      this.#connection?.notify(message.method, message.data);
    };
    if (this.#held === null) send();
    else this.#held.push(send);
  }

  /** From now on everything waits for {@link release}: the answer that is being made has to go out first. */
  hold(): void {
    this.#held ??= [];
  }

  /** Lets go what waits, in order. */
  release(): void {
    const held = this.#held ?? [];
    this.#held = null;
    for (const send of held) send();
  }
}
