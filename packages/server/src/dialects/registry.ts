import type { DialectAdapter } from './Connection.ts';

/** How clients reach a dialect, and the parameters it requires. */
export interface DialectRoute {
  readonly adapter: DialectAdapter;
  /** Query parameters without which a connection is refused; 1 to 128 characters each. */
  readonly requiredParams: readonly string[];
  /** Which of them has the ID of the peer; undefined where messages of the dialect have it. */
  readonly peerParam?: string;
  /** WebSocket subprotocol of the dialect's genuine clients. A client that offers none is taken too: the frames are the same. */
  readonly subprotocol: string;
  /** The path that names no dialect, and the parameter by which this dialect is known on it; without one, by the path. */
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

/** Routes to another mediasoup 2 dialect, which its clients have to name: `/mediasoup-v2-beta`, `/mediasoup-v2-alpha`. */
export function peerNameRoute(adapter: DialectAdapter): DialectRoute {
  return { adapter, requiredParams: ['roomId', 'peerName'], peerParam: 'peerName', subprotocol: 'protoo' };
}

/** Routes to the push-pull dialect: `/push-pull`, or `/webrtc` as clients of RTCPilot use. Its messages name the user. */
export function pushPullRoute(adapter: DialectAdapter): DialectRoute {
  return { adapter, requiredParams: [], subprotocol: 'protoo', inferred: { path: '/webrtc' } };
}

/** The dialects that the server supports. */
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

  /** Lists the parameters by which dialects are inferred on this path. */
  paramsInferredAt(path: string): readonly string[] {
    return this.#routes.flatMap(({ inferred }) => (inferred?.path === path ? (inferred.param ?? []) : []));
  }
}
