import { DesiredValue } from '../shared/DesiredValue.ts';
import { connectionDropped } from '../shared/commonErrors.ts';
import type { SessionLink } from './SessionLink.ts';

/** What `InFlight` knows a name by: the next name is another operation. */
const keyOf = (name: string) => `name ${name}`;

/** The display name of the local peer: with which name the room joins, and what the server learns afterwards. */
export class DisplayName {
  readonly #link: SessionLink;
  readonly #name: DesiredValue<string>;
  /** What the last request to join said. */
  #joined = '';

  constructor(link: SessionLink, initial: string) {
    this.#link = link;
    this.#name = new DesiredValue({
      initial,
      isReady: () => link.session !== null,
      apply: (name) => this.#send(name),
      onRollback: link.invalidate,
    });
  }

  get wanted(): string {
    return this.#name.wanted;
  }

  /** Before the join. */
  accept(name: string): void {
    this.#name.accept(name);
  }

  set(name: string): Promise<void> {
    this.#link.invalidate();
    return this.#name.set(name);
  }

  /**
   * The name for the next request to join: the last that the server accepted, where the connection ended under the new one. The
   * new name is sent alone after the join. `isSuspect`: the connection ended under the last request to join.
   */
  joinWith(isSuspect: boolean): string {
    const { wanted, confirmed } = this.#name;
    const { inFlight } = this.#link;
    if (isSuspect && wanted !== confirmed) inFlight.suspect(keyOf(wanted));
    this.#joined = inFlight.isSuspect(keyOf(wanted)) ? confirmed : wanted;
    return this.#joined;
  }

  handleEntered(): void {
    this.#name.restart(this.#joined);
  }

  #send(name: string): Promise<void> {
    const { era, inFlight } = this.#link;
    return inFlight.run(keyOf(name), async () => {
      const { session } = this.#link;
      if (session === null || this.#link.era !== era) throw connectionDropped();
      await session.setDisplayName(name);
    });
  }
}
