import type { IncomingMessage } from 'node:http';
import type { ConnectingClient } from '../auth/authorize.ts';
import type { DialectRoute } from '../dialects/registry.ts';
import { subprotocolsIn } from './upgradePolicy.ts';

/** Returns the parts of a request to upgrade for an `authorize` hook. */
export function toConnectingClient(
  request: IncomingMessage,
  {
    route: { adapter, peerParam },
    params,
    remoteAddress,
  }: { readonly route: DialectRoute; readonly params: URLSearchParams; readonly remoteAddress: string },
): ConnectingClient {
  const { origin, cookie, authorization, 'sec-websocket-protocol': subprotocols } = request.headers;
  return {
    dialect: adapter.name,
    // A copy, so that the hook cannot change the parameters of the dialect.
    params: new URLSearchParams(params),
    roomId: peerParam === undefined ? undefined : (params.get('roomId') ?? undefined),
    peerId: peerParam === undefined ? undefined : (params.get(peerParam) ?? undefined),
    headers: { origin, cookie, authorization },
    subprotocols: subprotocolsIn(subprotocols),
    remoteAddress,
  };
}
