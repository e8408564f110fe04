import type * as v from 'valibot';

import { parse, type ParseResult } from '../common/index.ts';
import { answerReader, requestReader } from '../common/methods.ts';
import {
  answers,
  clientToServer,
  news,
  type ClientMethod,
  type ResponseData,
  type ServerData,
  type ServerMethod,
} from './methods.ts';
import * as notifications from './notifications.ts';
import { peer } from './peer.ts';
import * as responses from './responses.ts';

/** Reads data that a client sent, from either variant. `method` is canonical. */
export const readClientMessage = /* @__PURE__ */ requestReader(clientToServer);

/** Reads the server's answer to a client's request, from either variant. `method` is canonical. */
export const readResponse = /* @__PURE__ */ answerReader<{ [Method in ClientMethod]: ResponseData<Method> }>(answers);

/** Reads data that a server sent of its own accord, from either variant. `method` is canonical. */
export const readServerMessage = /* @__PURE__ */ answerReader<{ [Method in ServerMethod]: ServerData<Method> }>(news);

/* @__NO_SIDE_EFFECTS__ */
function reader<Schema extends v.GenericSchema>(schema: Schema) {
  return (data: unknown): ParseResult<v.InferOutput<Schema>> => parse(schema, data);
}

/** Answer to getRouterRtpCapabilities: bare, or under `routerRtpCapabilities`. */
export const readRouterRtpCapabilities = reader(responses.routerRtpCapabilitiesResponse);
/** Answer to join. */
export const readJoinResponse = reader(responses.joinResponse);
/** Answer to createWebRtcTransport: `id` or `transportId`. */
export const readTransport = reader(responses.transportResponse);
/** Answer to restartIce: bare, or under `iceParameters`. */
export const readIceParameters = reader(responses.iceParametersResponse);
/** Answer to produce: `id` or `producerId`. */
export const readProducerId = reader(responses.producerResponse);
/** Answer to produceData: `id` or `dataProducerId`. */
export const readDataProducerId = reader(responses.dataProducerResponse);
/** Answer to any of the stats requests: bare, or under `stats`. */
export const readStats = reader(responses.statsResponse);
/** A peer as the join response lists it: `id` or `peerId`. */
export const readPeer = reader(peer);
/** newPeer: bare, or under `peer`. */
export const readNewPeer = reader(notifications.newPeerNotification);
/** newConsumer: `id` or `consumerId`. */
export const readNewConsumer = reader(notifications.newConsumerRequest);
/** newDataConsumer: `id` or `dataConsumerId`; no peer where the server itself speaks. */
export const readNewDataConsumer = reader(notifications.newDataConsumerRequest);
/** peerClosed, peerLeft and peerLeaveCall; a leaving peer may bring two of them. */
export const readPeerGone = reader(notifications.peerClosedNotification);
/** consumerLayersChanged: beside the id, or under `layers`. */
export const readConsumerLayers = reader(notifications.consumerLayersChangedNotification);
/** activeSpeaker: `peerId` null, or missing, is nobody. */
export const readActiveSpeaker = reader(notifications.activeSpeakerNotification);
/** speakingPeers. */
export const readSpeakers = reader(notifications.speakingPeersNotification);

export { readSource } from './source.ts';
