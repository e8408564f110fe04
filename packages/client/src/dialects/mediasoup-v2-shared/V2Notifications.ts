import { type ParseIssue, type RtpParameters, formatIssue } from '@tureen/protocol/common';
import {
  type EffectiveProfile,
  type PreferredProfile,
  type V2Consumer,
  type V2Peer,
  fromV2ConsumerParameters,
  isOutOfBandServerMethod,
  readOutOfBandServerMessage,
  readEnvelope,
  readSource,
} from '@tureen/protocol/mediasoup-v2-shared';
import type { DialectEvent, PeerInfo, TransportDirection } from '../../room/ports.ts';
import type { Logger } from '../../shared/logger.ts';
import type { Responder } from '../../signaling/SignalingChannel.ts';
import type { V2Consumers } from './V2Consumers.ts';
import { toLayers } from './profiles.ts';
import type { ServerStats } from './ServerStats.ts';
import type { V2Profile } from './V2Profile.ts';

interface OfEntity {
  readonly id: number;
  readonly reason?: string;
  readonly appData?: unknown;
}

/** What a server says of its own accord, once read, by its name in mediasoup-v2. */
interface News {
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
  readonly transportStats: { readonly id: number; readonly stats: readonly object[] };
  readonly producerStats: { readonly id: number; readonly stats: readonly object[] };
  readonly consumerStats: { readonly id: number; readonly stats: readonly object[] };
  readonly closed: { readonly reason?: string; readonly detail?: string; readonly appData?: unknown };
  readonly textMessage: { readonly peerName: string; readonly text: string };
  readonly 'active-speaker': { readonly peerName: string | null };
  readonly 'display-name-changed': { readonly peerName: string; readonly displayName: string };
}

type Handlers = { readonly [Name in keyof News]: (data: News[Name]) => void };

export interface V2NotificationsOptions {
  readonly words: V2Profile;
  readonly logger: Logger;
  readonly emit: (event: DialectEvent) => void;
  readonly consumers: V2Consumers;
  readonly stats: ServerStats;
  /** A track that names no source is the microphone or the camera. */
  readonly sourceByKind: boolean;
  readonly canReceive: (rtpParameters: RtpParameters) => boolean;
  readonly directionOf: (transportId: number) => TransportDirection | null;
}

/** Nobody waits for an answer: a consumer is taken up by enabling it. */
const noResponder: Responder = { accept: () => {}, reject: () => {} };

/** What the server says of its own accord, in the Room's words. */
export class V2Notifications {
  readonly #options: V2NotificationsOptions;
  readonly #handlers: Handlers;
  /** The same by the names that the dialect has for them. */
  readonly #byName: ReadonlyMap<string, unknown>;
  /** Names of those who are there. */
  readonly #peers = new Set<string>();
  /** What overtook the answer to join: told after those who are in it. Null from then on. */
  #early: (() => void)[] | null = [];

  constructor(options: V2NotificationsOptions) {
    this.#options = options;
    this.#handlers = this.#makeHandlers();
    const { canonicalMethod } = options.words.codec;
    this.#byName = new Map(Object.entries(this.#handlers).map(([name, handle]) => [canonicalMethod(name), handle]));
  }

  /** In whichever envelope it came. Whoever asked is answered first: what is told may end the connection. */
  receive(method: string, data: unknown, answer: Responder = noResponder): void {
    const { words, logger } = this.#options;
    const opened = readEnvelope(method, data);
    if (!opened.ok) {
      this.#drop(method, opened.issue, answer);
      return;
    }
    const { payload } = opened.value;
    const name = words.codec.canonicalMethod(opened.value.method);
    const isCarrier = isOutOfBandServerMethod(name);
    if (!isCarrier && !words.codec.isServerMethod(name)) {
      logger.debug(`news that are unknown: '${name}'`);
      answer.reject(500, `unknown method "${name}"`);
      return;
    }
    const read = isCarrier
      ? readOutOfBandServerMessage(name, payload)
      : words.codec.readServerMessage(name as never, payload);
    if (!read.ok) {
      this.#drop(name, read.issue, answer);
      return;
    }
    answer.accept();
    // Which name goes with which data is in the tables; TypeScript cannot follow it through them.
    const handle = this.#byName.get(name) as (data: unknown) => void;
    if (this.#early === null) handle(read.value);
    else
      this.#early.push(() => {
        handle(read.value);
      });
  }

  /** The answer to another join is waited for. */
  hold(): void {
    this.#early = [];
  }

  /** Those who are there already, and what they send. */
  handleJoined(peers: readonly V2Peer[]): PeerInfo[] {
    this.#peers.clear();
    const early = this.#early ?? [];
    this.#early = null;
    for (const { name, consumers } of peers) {
      this.#peers.add(name);
      consumers.forEach(this.#handlers.newConsumer);
    }
    for (const handle of early) handle();
    return peers.map(toPeerInfo);
  }

  #makeHandlers(): Handlers {
    const { emit, consumers, stats, directionOf } = this.#options;
    const paused =
      (type: 'consumerPaused' | 'consumerResumed') =>
      ({ id }: OfEntity) => {
        const known = consumers.get(String(id));
        if (known !== undefined) known.pauseNews += 1;
        // The source, the server's app, or both: it does not say who.
        emit({ type, consumerId: String(id), by: 'unknown' });
      };
    const producer =
      (type: 'producerClosed' | 'producerPaused' | 'producerResumed') =>
      ({ id }: OfEntity) => {
        emit({ type, producerId: String(id), by: 'server' });
      };
    const entityStats =
      (type: 'producer' | 'consumer') =>
      ({ id, stats: some }: News['producerStats']) => {
        if (stats.handle(type, id, some)) emit({ type: 'serverStats', target: { type, id: String(id) }, stats: some });
      };
    return {
      newPeer: (peer) => {
        // Whoever has the name anew has nothing of what the one before had.
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
        this.#offer(entry);
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
      transportStats: ({ id, stats: some }) => {
        const direction = directionOf(id);
        if (direction !== null && stats.handle('transport', id, some))
          emit({ type: 'serverStats', target: { type: 'transport', direction }, stats: some });
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

  #offer(entry: V2Consumer & { readonly effectiveProfile?: EffectiveProfile | null }): void {
    const { emit, consumers, logger, canReceive, sourceByKind } = this.#options;
    const { id, peerName: peerId, kind, paused: remotePaused, appData, effectiveProfile } = entry;
    const rtpParameters = fromV2ConsumerParameters(entry.rtpParameters, { id, kind });
    const source = readSource(appData, kind, sourceByKind);
    const useRtx = rtpParameters.codecs.some(({ mimeType }) => /\/rtx$/i.test(mimeType));
    const known = consumers.add({ id, peerName: peerId, kind, source, useRtx });
    if (known === null) {
      logger.debug(`a consumer that was offered before: ${id}`);
      return;
    }
    emit({
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
    });
  }

  #drop(method: string, issue: ParseIssue, answer: Responder): void {
    const reason = `${method}: ${formatIssue(issue)}`;
    this.#options.logger.warn(`news that make no sense were dropped: ${reason}`);
    answer.reject(400, reason);
  }
}

/** The name that the apps of the time showed, else the peer's. */
function toPeerInfo({ name, appData, dialect }: V2Peer): PeerInfo {
  const { displayName } = Object(appData) as { readonly displayName?: unknown };
  return { id: name, displayName: typeof displayName === 'string' ? displayName : name, appData, dialect };
}
