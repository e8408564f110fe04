import { WELCOME_PARAM } from '@tureen/protocol/common';
import type { Connection } from './Connection.ts';

/** Returns whether the client reads a welcome: the response to its first request, sent as the connection opens. */
export function wantsWelcome({ params }: Pick<Connection, 'params'>): boolean {
  return params.get(WELCOME_PARAM) === '1';
}
