import { SyncedSetting } from '../../shared/SyncedSetting.ts';
import { connectionDropped } from '../../shared/commonErrors.ts';
import type { RoomContext } from '../RoomContext.ts';

/** Key of a name in `RequestReplay`. Each name is a separate operation. */
const keyOf = (name: string) => `name ${name}`;

/** Display name of the local peer, for the join and after it. */
export class DisplayName {
  readonly #context: RoomContext;
  readonly #name: SyncedSetting<string>;
  /** Name in the last join request. */
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

  /** Name that the app requested. */
  get value(): string {
    return this.#name.requested;
  }

  /** Sets the name for the next join. */
  accept(name: string): void {
    this.#name.accept(name);
  }

  set(name: string): Promise<void> {
    this.#context.invalidate();
    return this.#name.set(name);
  }

  /**
   * Returns the name for the next join request. Where the connection ended under the new name, returns the last accepted name,
   * and the new name is sent alone after the join. `isSuspect`: the connection ended under the last join request.
   */
  joinWith(isSuspect: boolean): string {
    const { requested, confirmed } = this.#name;
    const { requestReplay } = this.#context;
    if (isSuspect && requested !== confirmed) requestReplay.suspect(keyOf(requested));
    this.#joined = requestReplay.isSuspect(keyOf(requested)) ? confirmed : requested;
    return this.#joined;
  }

  handleEntered(): void {
    this.#name.restart(this.#joined);
  }

  #send(name: string): Promise<void> {
    const { epoch, requestReplay } = this.#context;
    const { signal } = epoch;
    return requestReplay.run(keyOf(name), async () => {
      const { session } = this.#context;
      if (session === null || signal.aborted) throw connectionDropped();
      await session.setDisplayName(name);
    });
  }
}
