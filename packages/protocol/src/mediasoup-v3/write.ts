import type { Written } from '../common/index.ts';
import {
  eitherMethods,
  serverToClient,
  type ClientData,
  type ClientMethod,
  type ResponseData,
  type ServerData,
  type ServerMethod,
} from './methods.ts';
import type { Peer } from './peer.ts';
import type { Variant, WireVariant } from './variants.ts';

type ToWire<Data> = (data: Written<Data>, variant: Variant) => unknown;

/** Message for one variant: name on the wire, kind, and data, if any. */
export interface WireMessage {
  readonly method: string;
  readonly kind: 'request' | 'notification';
  readonly data: unknown;
}

/** Names that differ between the variants. */
const wireNames: Readonly<Record<Variant, Readonly<Partial<Record<ClientMethod | ServerMethod, string>>>>> = {
  classic: { mediasoupVersion: 'mediasoup-version' },
  notify: { resetNetworkThrottle: 'stopNetworkThrottle' },
};

/** Writes `data` with `toWire`. For both variants, merges the fields of each. */
function written<Data>(toWire: ToWire<Data>, data: Written<Data>, variant: WireVariant): unknown {
  if (variant !== 'both') return toWire(data, variant);
  const classic = toWire(data, 'classic');
  // A list cannot have both forms.
  return Array.isArray(classic) ? classic : { ...(toWire(data, 'notify') as object), ...(classic as object) };
}

/** Returns the name of a message on the wire. */
export function wireMethod(method: ClientMethod | ServerMethod, variant: Variant): string {
  return wireNames[variant][method] ?? method;
}

/** Returns the kind of a client message in a variant. */
export function wireKind(method: ClientMethod, variant: Variant): 'request' | 'notification' {
  return eitherMethods.has(method) && variant === 'notify' ? 'notification' : 'request';
}

/**
 * Writes createWebRtcTransport for both variants, so that a client can send it before it knows the server's variant, or for one variant.
 * In the notify variant, a transport for both directions is a consumer transport, because the server requires one for consuming.
 */
export function writeCreateWebRtcTransport(
  data: Written<ClientData<'createWebRtcTransport'>>,
  variant: WireVariant = 'both',
): object {
  const { producing, consuming, ...rest } = data;
  const direction = consuming ? 'consumer' : producing ? 'producer' : undefined;
  if (variant === 'classic' || direction === undefined) return data;
  return { ...(variant === 'both' ? data : rest), appData: { direction } };
}

const clientData: { readonly [Method in ClientMethod]?: ToWire<ClientData<Method>> } = {
  createWebRtcTransport: (data) => writeCreateWebRtcTransport(data),
  applyNetworkThrottle: (data, variant) => {
    if (variant === 'classic') return data;
    const { secret, uplink: up, downlink: down, ...rest } = data;
    return { secret, options: { up, down, ...rest } };
  },
};

/** Writes a client message. */
export function writeClientMessage<Method extends ClientMethod>(
  method: Method,
  data: Written<ClientData<Method>>,
  variant: Variant,
): WireMessage {
  const toWire = clientData[method];
  return {
    method: wireMethod(method, variant),
    kind: wireKind(method, variant),
    data: toWire ? toWire(data, variant) : data,
  };
}

function writePeer(peer: Written<Peer>, variant: Variant) {
  const { id, remoteAddress, ...rest } = peer;
  return variant === 'notify' ? { peerId: id, ...rest, remoteAddress } : { id, ...rest };
}

/** Writes the `id` of a response under its name in the variant. */
/* @__NO_SIDE_EFFECTS__ */
function writeId(name: string): ToWire<{ id: string }> {
  return ({ id, ...rest }, variant) => ({ [variant === 'notify' ? name : 'id']: id, ...rest });
}

/** Writes a response that the notify variant wraps in a key. */
/* @__NO_SIDE_EFFECTS__ */
function writeWrapped(key: string): ToWire<unknown> {
  return (data, variant) => (variant === 'notify' ? { [key]: data } : data);
}

const writeStats = writeWrapped('stats');

const responseData: { readonly [Method in ClientMethod]?: ToWire<ResponseData<Method>> } = {
  getRouterRtpCapabilities: writeWrapped('routerRtpCapabilities'),
  createWebRtcTransport: writeId('transportId'),
  restartIce: writeWrapped('iceParameters'),
  produce: writeId('producerId'),
  produceData: writeId('dataProducerId'),
  getTransportStats: writeStats,
  getProducerStats: writeStats,
  getConsumerStats: writeStats,
  getDataProducerStats: writeStats,
  getDataConsumerStats: writeStats,
};

/** Writes the response to a client request. Undefined if the response is empty. */
export function writeResponse<Method extends ClientMethod>(
  method: Method,
  data: Written<ResponseData<Method>>,
  variant: WireVariant,
): unknown {
  if (method === 'join') {
    const { peers, ...rest } = data as Written<ResponseData<'join'>>;
    return { peers: peers.map((peer) => written(writePeer, peer, variant)), ...rest };
  }
  const toWire = responseData[method] as ToWire<ResponseData<Method>> | undefined;
  return toWire ? written(toWire, data, variant) : data;
}

const serverData: { readonly [Method in ServerMethod]?: ToWire<ServerData<Method>> } = {
  newPeer: (peer, variant) => {
    const written = writePeer(peer, variant);
    return variant === 'notify' ? { peer: written } : written;
  },
  newConsumer: ({ id, transportId, score: consumerScore, ...rest }, variant) =>
    variant === 'notify' ? { consumerId: id, transportId, consumerScore, ...rest } : { id, ...rest },
  newDataConsumer: ({ id, transportId, peerId, ...rest }, variant) =>
    variant === 'notify'
      ? { dataConsumerId: id, transportId, peerId: peerId ?? undefined, ...rest }
      : { id, peerId, ...rest },
  consumerLayersChanged: ({ layers, ...rest }, variant) =>
    variant === 'notify'
      ? { ...rest, layers: layers ?? undefined }
      : { ...rest, spatialLayer: layers?.spatialLayer ?? null, temporalLayer: layers?.temporalLayer ?? null },
  activeSpeaker: ({ peerId, ...rest }, variant) =>
    variant === 'notify' ? { peerId: peerId ?? undefined, ...rest } : { peerId, ...rest },
};

/**
 * Writes a server message. For `notify`, newConsumer requires `transportId` and `score`. Where the names differ, `both` uses the name of
 * `classic`.
 */
export function writeServerMessage<Method extends ServerMethod>(
  method: Method,
  data: Written<ServerData<Method>>,
  variant: WireVariant,
): WireMessage {
  const toWire = serverData[method];
  return {
    method: wireMethod(method, variant === 'both' ? 'classic' : variant),
    kind: serverToClient[method].kind,
    data: toWire ? written(toWire, data, variant) : data,
  };
}
