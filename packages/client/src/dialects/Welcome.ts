import { deferred } from '@tureen/kernel';
import { WELCOME_PARAM } from '@tureen/protocol/common';

/** Returns the parameter with which a connection asks for a welcome. A resumed session needs no capabilities. */
export function welcomeParam(isResuming: boolean): Record<string, string> {
  return isResuming ? {} : { [WELCOME_PARAM]: '1' };
}

/**
 * Response to the first request of a session, which Tureen's server also sends as the connection opens. The next request, which needs that
 * response, then leaves without a wait.
 */
export class Welcome<Data> {
  readonly #arrived = deferred<Data>();

  handle(data: Data): void {
    this.#arrived.resolve(data);
  }

  /** Resolves to the welcome or to the response, whichever arrives first. Rejects with the response unless the welcome arrived. */
  or(response: Promise<Data>): Promise<Data> {
    return Promise.race([this.#arrived.promise, response]);
  }
}
