import { deferred } from '@tureen/kernel';
import { WELCOME_PARAM } from '@tureen/protocol/common';

/** Returns the parameter with which a connection asks for a welcome. A resumed session needs none. */
export function welcomeParam(isResuming: boolean, forceTcp = false): Record<string, string> {
  return isResuming ? {} : { [WELCOME_PARAM]: forceTcp ? 'tcp' : '1' };
}

/**
 * Responses to the first requests of a session, which Tureen's server also sends as the connection opens. The next request, which needs
 * those responses, then leaves without a wait.
 */
export class Welcome<Data> {
  hasArrived = false;
  readonly #arrived = deferred<Data>();

  handle(data: Data): void {
    this.hasArrived = true;
    this.#arrived.resolve(data);
  }

  /** Resolves to the welcome or to the responses, whichever arrive first. Rejects as the responses do, unless the welcome arrived. */
  or(response: Promise<Data>): Promise<Data> {
    const first = Promise.race([this.#arrived.promise, response]);
    // The caller may fail before it waits.
    first.catch(() => {});
    return first;
  }
}
