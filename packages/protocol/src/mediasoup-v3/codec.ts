import { parse, type ParseResult } from '../common/index.ts';
import type * as s from '../common/schema/index.ts';
import { dataReader, requestReader } from '../common/methods.ts';
import {
  clientToServer,
  responses,
  serverMessages,
  type ClientMethod,
  type ResponseData,
  type ServerData,
  type ServerMethod,
} from './methods.ts';
import * as notifications from './notifications.ts';
import { peer } from './peer.ts';
import * as responseSchemas from './responses.ts';

/** Reads a message of a client, from either variant. `method` is canonical. */
export const readClientMessage = /* @__PURE__ */ requestReader(clientToServer);

/** Reads the server's response to a client's request, from either variant. `method` is canonical. */
export const readResponse = /* @__PURE__ */ dataReader<{ [Method in ClientMethod]: ResponseData<Method> }>(responses);

/** Reads a message of a server, from either variant. `method` is canonical. */
export const readServerMessage =
  /* @__PURE__ */ dataReader<{ [Method in ServerMethod]: ServerData<Method> }>(serverMessages);

/* @__NO_SIDE_EFFECTS__ */
function reader<Schema extends s.AnySchema>(schema: Schema) {
  return (data: unknown): ParseResult<s.InferOutput<Schema>> => parse(schema, data);
}

/** Reads the response to getRouterRtpCapabilities: bare, or under `routerRtpCapabilities`. */
export const readRouterRtpCapabilities = reader(responseSchemas.routerRtpCapabilitiesResponse);
/** Reads the response to join. */
export const readJoinResponse = reader(responseSchemas.joinResponse);
/** Reads the response to createWebRtcTransport: `id` or `transportId`. */
export const readTransport = reader(responseSchemas.transportResponse);
/** Reads the response to restartIce: bare, or under `iceParameters`. */
export const readIceParameters = reader(responseSchemas.iceParametersResponse);
/** Reads the response to produce: `id` or `producerId`. */
export const readProducerId = reader(responseSchemas.producerResponse);
/** Reads the response to produceData: `id` or `dataProducerId`. */
export const readDataProducerId = reader(responseSchemas.dataProducerResponse);
/** Reads the response to any of the stats requests: bare, or under `stats`. */
export const readStats = reader(responseSchemas.statsResponse);
/** Reads a peer in the join response: `id` or `peerId`. */
export const readPeer = reader(peer);
/** Reads newPeer: bare, or under `peer`. */
export const readNewPeer = reader(notifications.newPeerNotification);
/** Reads newConsumer: `id` or `consumerId`. */
export const readNewConsumer = reader(notifications.newConsumerRequest);
/** Reads newDataConsumer: `id` or `dataConsumerId`. Has no peer if the server itself sends the data. */
export const readNewDataConsumer = reader(notifications.newDataConsumerRequest);
/** Reads peerClosed, peerLeft and peerLeaveCall. A peer that leaves may cause two of them. */
export const readPeerGone = reader(notifications.peerClosedNotification);
/** Reads consumerLayersChanged: layers next to the ID, or under `layers`. */
export const readConsumerLayers = reader(notifications.consumerLayersChangedNotification);
/** Reads activeSpeaker: `peerId` is null or missing if no peer is speaking. */
export const readActiveSpeaker = reader(notifications.activeSpeakerNotification);
/** Reads speakingPeers. */
export const readSpeakers = reader(notifications.speakingPeersNotification);

export { readSource } from './source.ts';
