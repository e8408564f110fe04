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

/** WebRTC connection with a client, on the server's side. */
export interface MediaTransport extends EventSource<MediaTransportEvents> {
  readonly id: string;
  readonly iceParameters: IceParameters;
  readonly iceCandidates: readonly IceCandidate[];
  readonly dtlsParameters: DtlsParameters;
  /** Parameters for data channels, if enabled. */
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

/** Options of a transport. */
export interface MediaTransportOptions {
  /** Whether to offer only TCP candidates. */
  readonly forceTcp: boolean;
  /** Whether to enable data channels. */
  readonly enableSctp: boolean;
  /** Whether to report `downlinkBwe`; for transports that send media to the client. */
  readonly reportBwe: boolean;
  /** Whether the transport may send under payload types other than the router's. Default false. */
  readonly renumbers?: boolean | undefined;
}

/** Events of a {@link MediaTransport}. */
export interface MediaTransportEvents {
  iceStateChanged: { state: 'new' | 'connected' | 'completed' | 'disconnected' | 'closed' };
  dtlsStateChanged: { state: 'new' | 'connecting' | 'connected' | 'failed' | 'closed' };
  /** State of the association that carries the data channels. */
  sctpStateChanged: { state: 'new' | 'connecting' | 'connected' | 'failed' | 'closed' };
  /** Estimated bandwidth towards the client, in bit/s. */
  downlinkBwe: Bwe;
}

/** Estimates of the bandwidth towards a client, in bit/s. */
export interface Bwe {
  /** Bitrate that the consumers would use. */
  readonly desiredBitrate: number;
  /** Desired bitrate as the estimator counts it. */
  readonly effectiveDesiredBitrate: number;
  readonly availableBitrate: number;
}

/** Statistics as mediasoup names them. */
export type MediaStats = readonly ServerStat[];
