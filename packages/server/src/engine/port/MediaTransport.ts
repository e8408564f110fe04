import type { DtlsParameters, IceCandidate, IceParameters, SctpParameters, ServerStat } from '@tureen/protocol/common';
import type { EventSource } from '../../shared/EventSource.ts';
import type { MediaConsumeOptions, MediaConsumer } from './MediaConsumer.ts';
import type {
  MediaDataConsumeOptions,
  MediaDataConsumer,
  MediaDataProduceOptions,
  MediaDataProducer,
} from './MediaDataChannels.ts';
import type { MediaProduceOptions, MediaProducer } from './MediaProducer.ts';

/** One WebRTC connection with a client, seen from the server. */
export interface MediaTransport extends EventSource<MediaTransportEvents> {
  readonly id: string;
  readonly iceParameters: IceParameters;
  readonly iceCandidates: readonly IceCandidate[];
  readonly dtlsParameters: DtlsParameters;
  /** Where data channels were asked for. */
  readonly sctpParameters: SctpParameters | undefined;
  connect(dtlsParameters: DtlsParameters): Promise<void>;
  restartIce(): Promise<IceParameters>;
  produce(options: MediaProduceOptions): Promise<MediaProducer>;
  consume(options: MediaConsumeOptions): Promise<MediaConsumer>;
  produceData(options: MediaDataProduceOptions): Promise<MediaDataProducer>;
  consumeData(options: MediaDataConsumeOptions): Promise<MediaDataConsumer>;
  getStats(): Promise<MediaStats>;
  close(): void;
}

/** What a transport is for. */
export interface MediaTransportOptions {
  /** TCP candidates only. */
  readonly forceTcp: boolean;
  /** With data channels. */
  readonly enableSctp: boolean;
  /** Reports `downlinkBwe`; for transports that carry media to the client. */
  readonly reportBwe: boolean;
  /** Whether what this transport sends may have other payload types than the router's. Default false. */
  readonly renumbers?: boolean | undefined;
}

/** What a {@link MediaTransport} tells. */
export interface MediaTransportEvents {
  iceStateChanged: { state: 'new' | 'connected' | 'completed' | 'disconnected' | 'closed' };
  dtlsStateChanged: { state: 'new' | 'connecting' | 'connected' | 'failed' | 'closed' };
  /** Of the association that carries the data channels. */
  sctpStateChanged: { state: 'new' | 'connecting' | 'connected' | 'failed' | 'closed' };
  /** What the path to the client can take. bit/s. */
  downlinkBwe: Bwe;
}

/** Estimates of the bandwidth towards a client. bit/s. */
export interface Bwe {
  /** What its consumers would take. */
  readonly desiredBitrate: number;
  /** The same, as the estimator counts with it. */
  readonly effectiveDesiredBitrate: number;
  readonly availableBitrate: number;
}

/** Statistics as mediasoup names them. */
export type MediaStats = readonly ServerStat[];
