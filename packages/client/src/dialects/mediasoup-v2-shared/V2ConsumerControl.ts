import type { MediaConsumer } from '../../media/MediaEngine.ts';
import type { ConsumeSettings, DialectContext } from '../../room/DialectPort.ts';
import type { ConsumerOffer, Layers } from '../../room/entityInfo.ts';
import { TureenError } from '../../shared/errors.ts';
import { streamIdOf } from '../streamIdOf.ts';
import { toLayers, toProfile } from './profiles.ts';
import type { KnownConsumer, V2Consumers } from './V2Consumers.ts';
import type { EnableConsumerResponse, V2Profile } from './V2Profile.ts';
import type { V2Requests } from './V2Requests.ts';
import type { V2Transports } from './V2Transports.ts';

export interface V2ConsumerControlOptions {
  readonly profile: V2Profile;
  readonly requests: V2Requests;
  readonly transports: V2Transports;
  readonly consumers: V2Consumers;
  readonly emit: DialectContext['emit'];
}

/** Enables consumers, pauses them and sets their profiles. */
export class V2ConsumerControl {
  readonly #options: V2ConsumerControlOptions;

  constructor(options: V2ConsumerControlOptions) {
    this.#options = options;
  }

  /**
   * Creates the local end, then enables the consumer. The server sends once enabled; earlier, the first key frame would be lost.
   */
  async consume(offer: ConsumerOffer, settings: ConsumeSettings): Promise<MediaConsumer> {
    const { id, producerId, kind, rtpParameters } = offer;
    const { transports, consumers } = this.#options;
    const transport = transports.recv;
    const media = await transport.consume({ id, producerId, kind, rtpParameters, streamId: streamIdOf(offer) });
    try {
      const known = consumers.get(id);
      if (known === undefined) throw new TureenError('closed', `consumer ${id} was closed before it was received`);
      await this.#enable(known, Number(transport.id), settings);
    } catch (error) {
      media.close();
      throw error;
    }
    return media;
  }

  async setPaused(consumerId: string, paused: boolean): Promise<void> {
    const known = this.#options.consumers.get(consumerId);
    if (known === undefined || known.paused === paused) return;
    known.paused = paused;
    if (!known.enabled) return;
    try {
      await this.#options.requests.send(paused ? 'pauseConsumer' : 'resumeConsumer', { id: known.id });
    } catch (error) {
      known.paused = !paused;
      throw error;
    }
  }

  async setPreferredLayers(consumerId: string, { spatialLayer }: Layers): Promise<void> {
    const profile = toProfile(spatialLayer);
    const known = this.#options.consumers.get(consumerId);
    if (known === undefined || known.profile === profile) return;
    known.profile = profile;
    if (known.enabled) await this.#options.requests.send('setConsumerPreferredProfile', { id: known.id, profile });
  }

  async #enable(
    known: KnownConsumer,
    transportId: number,
    { paused, preferredLayers }: ConsumeSettings,
  ): Promise<void> {
    const { profile: dialect, requests, emit } = this.#options;
    const { id, pauseChanges, useRtx } = known;
    if (preferredLayers !== null) known.profile = toProfile(preferredLayers.spatialLayer);
    known.paused = paused;
    const { profile: preferredProfile } = known;
    const data = dialect.enable({ id, transportId, paused, preferredProfile, useRtx });
    const response = (await requests.send('enableConsumer', data)) as EnableConsumerResponse | undefined;
    known.enabled = true;
    const consumerId = String(id);
    // The response is newer than the offer, and older than the notifications that arrived since.
    if (response?.paused !== undefined && known.pauseChanges === pauseChanges)
      emit({ type: response.paused ? 'consumerPaused' : 'consumerResumed', consumerId, by: 'unknown' });
    const profile = response?.effectiveProfile ?? undefined;
    if (profile !== undefined) emit({ type: 'consumerLayersChanged', consumerId, layers: toLayers(profile), profile });
    if (known.profile !== undefined && known.profile !== preferredProfile)
      await requests.send('setConsumerPreferredProfile', { id, profile: known.profile });
    // The setting changed meanwhile, or the dialect could not send it with the request.
    const isPausedThere = 'paused' in data && data.paused === true;
    if (known.paused !== isPausedThere) await requests.send(known.paused ? 'pauseConsumer' : 'resumeConsumer', { id });
  }
}
