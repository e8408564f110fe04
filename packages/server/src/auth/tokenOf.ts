import type { ConnectingClient } from './authorize.ts';

/** The subprotocol that is a token, not a protocol: `bearer.` and the token. */
const SUBPROTOCOL_PREFIX = 'bearer.';

/** The token that a client bears: in a header, among its subprotocols (a page cannot set headers), or in the URL. */
export function tokenOf({ headers, subprotocols, params }: ConnectingClient): string | undefined {
  const inHeader = /^bearer +(\S+)$/i.exec(headers.authorization ?? '')?.[1];
  const inSubprotocol = subprotocols.find((name) => name.startsWith(SUBPROTOCOL_PREFIX));
  const token = inHeader ?? inSubprotocol?.slice(SUBPROTOCOL_PREFIX.length) ?? params.get('token') ?? '';
  return token === '' ? undefined : token;
}
