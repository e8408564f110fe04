import type { ConnectingClient } from './authorize.ts';

/** Prefix of a subprotocol that is a token: `bearer.` and the token. */
const SUBPROTOCOL_PREFIX = 'bearer.';

/** Returns the token of a client from a header, a subprotocol (a page cannot set headers), or the URL. */
export function tokenOf({ headers, subprotocols, params }: ConnectingClient): string | undefined {
  const inHeader = /^bearer +(\S+)$/i.exec(headers.authorization ?? '')?.[1];
  const inSubprotocol = subprotocols.find((name) => name.startsWith(SUBPROTOCOL_PREFIX));
  const token = inHeader ?? inSubprotocol?.slice(SUBPROTOCOL_PREFIX.length) ?? params.get('token') ?? '';
  return token === '' ? undefined : token;
}
