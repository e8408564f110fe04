import type { DialectAdapter } from './Connection.ts';

/** Paths of a dialect, and the parameters that it requires. */
export interface DialectRoute {
  readonly adapter: DialectAdapter;
  /** Required query parameters, 1 to 128 characters each. Without them a connection is refused. */
  readonly requiredParams: readonly string[];
  /** Required parameter with the peer ID; undefined where messages of the dialect have the ID. */
  readonly peerParam?: string;
  /**
   * WebSocket subprotocol of the dialect's genuine clients. A client without a subprotocol is accepted too: the frames are
   * the same.
   */
  readonly subprotocol: string;
  /** Shared path, and the parameter that selects this dialect on it. Without a parameter, the path selects the dialect. */
  readonly inferred?: { readonly path: string; readonly param?: string };
}

/** Routes to the mediasoup-v3 dialect: `/mediasoup-v3`, or `/` with a `peerId` as the demo's clients do. */
export function mediasoupV3Route(adapter: DialectAdapter): DialectRoute {
  return {
    adapter,
    requiredParams: ['roomId', 'peerId'],
    peerParam: 'peerId',
    subprotocol: 'protoo',
    inferred: { path: '/', param: 'peerId' },
  };
}

/** Routes to the mediasoup-v2 dialect: `/mediasoup-v2`, or `/` with a `peerName` as its demo's clients do. */
export function mediasoupV2Route(adapter: DialectAdapter): DialectRoute {
  return { ...peerNameRoute(adapter), inferred: { path: '/', param: 'peerName' } };
}

/** Routes to another mediasoup 2 dialect, whose clients must name it: `/mediasoup-v2-beta`, `/mediasoup-v2-alpha`. */
export function peerNameRoute(adapter: DialectAdapter): DialectRoute {
  return { adapter, requiredParams: ['roomId', 'peerName'], peerParam: 'peerName', subprotocol: 'protoo' };
}

/** Routes to the push-pull dialect: `/push-pull`, or `/webrtc` as clients of RTCPilot use. Its messages name the user. */
export function pushPullRoute(adapter: DialectAdapter): DialectRoute {
  return { adapter, requiredParams: [], subprotocol: 'protoo', inferred: { path: '/webrtc' } };
}

/** Dialects that the server supports. */
export class DialectRegistry {
  readonly #routes: readonly DialectRoute[];

  constructor(routes: readonly DialectRoute[]) {
    this.#routes = routes;
  }

  /** Paths of the dialects, for error messages. */
  get paths(): readonly string[] {
    return this.#routes.map(({ adapter }) => `/${adapter.name}`);
  }

  get subprotocols(): readonly string[] {
    return [...new Set(this.#routes.map((route) => route.subprotocol))];
  }

  /** Finds the dialect that the path names, or else the dialect of the query parameters. */
  find(path: string, params: URLSearchParams): DialectRoute | undefined {
    return (
      this.#routes.find(({ adapter }) => path === `/${adapter.name}`) ??
      this.#routes.find(
        ({ inferred }) => inferred?.path === path && (inferred.param === undefined || params.has(inferred.param)),
      )
    );
  }

  /** Lists the parameters that select a dialect on this path. */
  paramsInferredAt(path: string): readonly string[] {
    return this.#routes.flatMap(({ inferred }) => (inferred?.path === path ? (inferred.param ?? []) : []));
  }
}
