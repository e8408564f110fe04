import { WELCOME_PARAM } from '@tureen/protocol/common';
import type { Connection } from './Connection.ts';

/** Returns whether the client reads a welcome: the responses to its first requests, sent as the connection opens. */
export function wantsWelcome({ params }: Pick<Connection, 'params'>): boolean {
  return /^(?:1|tcp)$/.test(params.get(WELCOME_PARAM) ?? '');
}

/** Returns whether the client of a welcome receives and sends media over TCP only. */
export function wantsTcp({ params }: Pick<Connection, 'params'>): boolean {
  return params.get(WELCOME_PARAM) === 'tcp';
}
