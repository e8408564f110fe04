import { type ParseIssue, type RtpParameters, type ServerStat, formatIssue } from '@tureen/protocol/common';
import {
  type EffectiveProfile,
  type PreferredProfile,
  type QueryRoomResponse,
  type V2Consumer,
  type V2Peer,
  fromV2ConsumerParameters,
  isOutOfBandServerMethod,
  readOutOfBandServerMessage,
  readEnvelope,
  readSource,
} from '@tureen/protocol/mediasoup-v2-shared';
import type { DialectContext, DialectEvent, DialectEventOf } from '../../room/DialectPort.ts';
import type { PeerInfo, TransportDirection } from '../../room/entityInfo.ts';
import type { Logger } from '../../shared/logger.ts';
import type { Responder } from '../../signaling/SignalingChannelTypes.ts';
import type { V2Consumers } from './V2Consumers.ts';
import { toLayers } from './profiles.ts';
import type { ServerStats } from './ServerStats.ts';
import type { V2Profile } from './V2Profile.ts';

interface OfEntity {
  readonly id: number;
  readonly reason?: string;
  readonly appData?: unknown;
}

/** Notifications of the server as read, by their names in mediasoup-v2. */
interface ServerNotifications {
  readonly welcome: QueryRoomResponse;
  readonly newPeer: V2Peer;
  readonly peerClosed: { readonly name: string; readonly reason?: string; readonly appData?: unknown };
  readonly newConsumer: V2Consumer;
  readonly consumerClosed: OfEntity;
  readonly consumerPaused: OfEntity;
  readonly consumerResumed: OfEntity;
  readonly consumerPreferredProfileSet: { readonly id: number; readonly profile: PreferredProfile };
  readonly consumerEffectiveProfileChanged: { readonly id: number; readonly profile: EffectiveProfile };
  readonly producerClosed: OfEntity;
  readonly producerPaused: OfEntity;
  readonly producerResumed: OfEntity;
  readonly transportClosed: OfEntity;
  readonly transportStats: { readonly id: number; readonly stats: readonly ServerStat[] };
  readonly producerStats: { readonly id: number; readonly stats: readonly ServerStat[] };
  readonly consumerStats: { readonly id: number; readonly stats: readonly ServerStat[] };
  readonly closed: { readonly reason?: string; readonly detail?: string; readonly appData?: unknown };
  readonly textMessage: { readonly peerName: string; readonly text: string };
  readonly 'active-speaker': { readonly peerName: string | null };
  readonly 'display-name-changed': { readonly peerName: string; readonly displayName: string };
}

type Handlers = { readonly [Name in keyof ServerNotifications]: (data: ServerNotifications[Name]) => void };

export interface V2NotificationsOptions {
  readonly profile: V2Profile;
  readonly logger: Logger;
  readonly emit: DialectContext['emit'];
  readonly consumers: V2Consumers;
  readonly stats: ServerStats;
  /** Whether a track without a source counts as microphone or camera. */
  readonly sourceByKind: boolean;
  readonly canReceive: (rtpParameters: RtpParameters) => boolean;
  readonly directionOf: (transportId: number) => TransportDirection | null;
}

/** No server request waits for a response: the client accepts a consumer by enabling it. */
const noResponder: Responder = { accept: () => {}, reject: () => {} };

/** Translates the notifications of the server to events of the room. */
export class V2Notifications {
  readonly #options: V2NotificationsOptions;
  readonly #handlers: Handlers;
  /** The handlers by the names of the dialect. */
  readonly #byName: ReadonlyMap<string, unknown>;
  /** Names of the peers in the room. */
  readonly #peers = new Set<string>();

  constructor(options: V2NotificationsOptions) {
    this.#options = options;
    this.#handlers = this.#makeHandlers();
    const { canonicalMethod } = options.profile.codec;
    this.#byName = new Map(Object.entries(this.#handlers).map(([name, handle]) => [canonicalMethod(name), handle]));
  }

  /** Reads a message in either envelope. Answers a request before handling it, as the handling may close the connection. */
  handle(method: string, data: unknown, responder: Responder = noResponder): void {
    const { profile, logger } = this.#options;
    const opened = readEnvelope(method, data);
    if (!opened.ok) {
      this.#drop(method, opened.issue, responder);
      return;
    }
    const { payload } = opened.value;
    const name = profile.codec.canonicalMethod(opened.value.method);
    const isOutOfBand = isOutOfBandServerMethod(name);
    if (!isOutOfBand && !profile.codec.isServerMethod(name)) {
      logger.debug(`ignoring unknown notification '${name}'`);
      responder.reject(500, `unknown method "${name}"`);
      return;
    }
    const read = isOutOfBand
      ? readOutOfBandServerMessage(name, payload)
      : profile.codec.readServerMessage(name as never, payload);
    if (!read.ok) {
      this.#drop(name, read.issue, responder);
      return;
    }
    responder.accept();
    // The tables pair names with data, which TypeScript cannot infer here.
    const handle = this.#byName.get(name) as (data: unknown) => void;
    handle(read.value);
  }

  /** Reads the peers in the response to join. Returns them with an event for each new consumer. */
  handleJoined(peers: readonly V2Peer[]): { peers: readonly PeerInfo[]; events: readonly DialectEvent[] } {
    this.#peers.clear();
    for (const { name } of peers) this.#peers.add(name);
    const events = peers.flatMap(({ consumers }) => consumers.flatMap((consumer) => this.#toOffer(consumer) ?? []));
    return { peers: peers.map(toPeerInfo), events };
  }

  #makeHandlers(): Handlers {
    const { emit, consumers, stats, directionOf } = this.#options;
    const paused =
      (type: 'consumerPaused' | 'consumerResumed') =>
      ({ id }: OfEntity) => {
        const known = consumers.get(String(id));
        if (known !== undefined) known.pauseChanges += 1;
        // The notification does not name the actor: the source or the server's app.
        emit({ type, consumerId: String(id), by: 'unknown' });
      };
    const producer =
      (type: 'producerClosed' | 'producerPaused' | 'producerResumed') =>
      ({ id }: OfEntity) => {
        emit({ type, producerId: String(id), by: 'server' });
      };
    const entityStats =
      (type: 'producer' | 'consumer') =>
      ({ id, stats: samples }: ServerNotifications['producerStats']) => {
        if (stats.handle(type, id, samples))
          emit({ type: 'serverStats', target: { type, id: String(id) }, stats: samples });
      };
    return {
      welcome: () => {},
      newPeer: (peer) => {
        // The name belongs to another peer, or to the same peer after a reload: the consumers of the former peer are closed.
        if (this.#peers.has(peer.name)) consumers.deleteOf(peer.name);
        this.#peers.add(peer.name);
        emit({ type: 'newPeer', peer: toPeerInfo(peer) });
        peer.consumers.forEach(this.#handlers.newConsumer);
      },
      peerClosed: ({ name: peerId, reason, appData }) => {
        this.#peers.delete(peerId);
        consumers.deleteOf(peerId);
        emit({ type: 'peerClosed', peerId, reason, appData });
      },
      newConsumer: (entry) => {
        const event = this.#toOffer(entry);
        if (event !== null) emit(event);
      },
      consumerClosed: ({ id, reason }) => {
        consumers.delete(String(id));
        emit({ type: 'consumerClosed', consumerId: String(id), reason });
      },
      consumerPaused: paused('consumerPaused'),
      consumerResumed: paused('consumerResumed'),
      consumerPreferredProfileSet: ({ id, profile }) => {
        const known = consumers.get(String(id));
        if (known !== undefined) known.profile = profile;
        const layers = profile === 'default' ? null : toLayers(profile);
        emit({ type: 'consumerPreferredLayersSet', consumerId: String(id), layers, profile });
      },
      consumerEffectiveProfileChanged: ({ id, profile }) => {
        emit({ type: 'consumerLayersChanged', consumerId: String(id), layers: toLayers(profile), profile });
      },
      producerClosed: producer('producerClosed'),
      producerPaused: producer('producerPaused'),
      producerResumed: producer('producerResumed'),
      transportClosed: ({ id, reason = 'server' }) => {
        const direction = directionOf(id);
        if (direction !== null) emit({ type: 'transportClosed', direction, reason });
      },
      transportStats: ({ id, stats: samples }) => {
        const direction = directionOf(id);
        if (direction !== null && stats.handle('transport', id, samples))
          emit({ type: 'serverStats', target: { type: 'transport', direction }, stats: samples });
      },
      producerStats: entityStats('producer'),
      consumerStats: entityStats('consumer'),
      closed: ({ reason = '', detail, appData }) => {
        emit({ type: 'roomClosed', reason, detail, appData });
      },
      textMessage: ({ peerName: peerId, text }) => {
        emit({ type: 'textMessage', peerId, text });
      },
      'active-speaker': ({ peerName: peerId }) => {
        emit({ type: 'activeSpeaker', peerId });
      },
      'display-name-changed': ({ peerName: peerId, displayName }) => {
        emit({ type: 'peerDisplayNameChanged', peerId, displayName });
      },
    };
  }

  /** Returns null for a consumer that was offered before. */
  #toOffer(
    entry: V2Consumer & { readonly effectiveProfile?: EffectiveProfile | null },
  ): DialectEventOf<'newConsumer'> | null {
    const { consumers, logger, canReceive, sourceByKind } = this.#options;
    const { id, peerName: peerId, kind, paused: remotePaused, appData, effectiveProfile } = entry;
    const rtpParameters = fromV2ConsumerParameters(entry.rtpParameters, { id, kind });
    const source = readSource(appData, kind, sourceByKind);
    const useRtx = rtpParameters.codecs.some(({ mimeType }) => /\/rtx$/i.test(mimeType));
    const known = consumers.add({ id, peerName: peerId, kind, source, useRtx });
    if (known === null) {
      logger.debug(`ignoring consumer ${id}, which was offered before`);
      return null;
    }
    return {
      type: 'newConsumer',
      offer: {
        id: String(id),
        producerId: known.producerId,
        peerId,
        kind,
        rtpParameters,
        source,
        type: (effectiveProfile ?? 'default') === 'default' || effectiveProfile === 'none' ? 'simple' : 'simulcast',
        remotePaused,
        appData,
        supported: rtpParameters.codecs.length > 0 && canReceive(rtpParameters),
      },
      answer: noResponder,
    };
  }

  #drop(method: string, issue: ParseIssue, responder: Responder): void {
    const reason = `${method}: ${formatIssue(issue)}`;
    this.#options.logger.warn(`dropping malformed notification: ${reason}`);
    responder.reject(400, reason);
  }
}

/** Takes the display name from where apps of mediasoup 2 put it. Default: the peer's name. */
function toPeerInfo({ name, appData, dialect }: V2Peer): PeerInfo {
  const { displayName } = Object(appData) as { readonly displayName?: unknown };
  return { id: name, displayName: typeof displayName === 'string' ? displayName : name, appData, dialect };
}
