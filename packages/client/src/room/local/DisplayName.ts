import { SyncedSetting } from '../../shared/SyncedSetting.ts';
import { connectionDropped } from '../../shared/commonErrors.ts';
import type { RoomContext } from '../RoomContext.ts';

/** What `RequestReplay` knows a name by: the next name is another operation. */
const keyOf = (name: string) => `name ${name}`;

/** The display name of the local peer: with which name the room joins, and what the server learns afterwards. */
export class DisplayName {
  readonly #context: RoomContext;
  readonly #name: SyncedSetting<string>;
  /** What the last request to join said. */
  #joined = '';

  constructor(context: RoomContext, initial: string) {
    this.#context = context;
    this.#name = new SyncedSetting({
      initial,
      isReady: () => context.session !== null,
      apply: (name) => this.#send(name),
      onRollback: context.invalidate,
    });
  }

  get wanted(): string {
    return this.#name.requested;
  }

  /** Before the join. */
  accept(name: string): void {
    this.#name.accept(name);
  }

  set(name: string): Promise<void> {
    this.#context.invalidate();
    return this.#name.set(name);
  }

  /**
   * The name for the next request to join: the last that the server accepted, where the connection ended under the new one. The
   * new name is sent alone after the join. `isSuspect`: the connection ended under the last request to join.
   */
  joinWith(isSuspect: boolean): string {
    const { requested: wanted, confirmed } = this.#name;
    const { requestReplay } = this.#context;
    if (isSuspect && wanted !== confirmed) requestReplay.suspect(keyOf(wanted));
    this.#joined = requestReplay.isSuspect(keyOf(wanted)) ? confirmed : wanted;
    return this.#joined;
  }

  handleEntered(): void {
    this.#name.restart(this.#joined);
  }

  #send(name: string): Promise<void> {
    const { epoch, requestReplay } = this.#context;
    return requestReplay.run(keyOf(name), async () => {
      const { session } = this.#context;
      if (session === null || this.#context.epoch !== epoch) throw connectionDropped();
      await session.setDisplayName(name);
    });
  }
}
