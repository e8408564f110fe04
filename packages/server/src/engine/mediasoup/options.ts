import type { types } from 'mediasoup';
import type { Logger } from 'pino';
import type { Clock } from '../../shared/clock.ts';

/** Where media sockets bind, and what clients are told instead. */
interface MediaAddress {
  readonly ip: string;
  /** Default: `ip`. */
  readonly announcedAddress?: string | undefined;
}

/** How media is moved. */
export interface MediasoupBackendOptions {
  readonly logger: Logger;
  /** For the pauses between attempts to replace a dead worker. Default: the machine's. */
  readonly clock?: Clock | undefined;
  /** Worker processes; 0 is one per core. Default 0. */
  readonly workers?: number | undefined;
  /** Path of the worker's binary. Default: `MEDIASOUP_WORKER_BIN`, else the one that mediasoup brought along. */
  readonly workerBin?: string | undefined;
  /** What the workers log. Default `warn`. */
  readonly workerLogLevel?: 'debug' | 'warn' | 'error' | 'none' | undefined;
  /** Where media is offered. Default 127.0.0.1. */
  readonly addresses?: readonly MediaAddress[] | undefined;
  /** Offer media over UDP. Default true. */
  readonly udp?: boolean | undefined;
  /** Offer media over TCP. Default true. */
  readonly tcp?: boolean | undefined;
  /** Lowest port for media. Default 40000. */
  readonly rtcMinPort?: number | undefined;
  /** Highest port for media. Default 49999. */
  readonly rtcMaxPort?: number | undefined;
  /** What rooms can carry. Default: {@link defaultMediaCodecs}. */
  readonly mediaCodecs?: readonly types.RouterRtpCodecCapability[] | undefined;
  /** With how much the estimate of a client's downlink begins, in bit/s. Default 1 000 000. */
  readonly initialAvailableOutgoingBitrate?: number | undefined;
  /** Most that one transport of a client's may send, in bit/s. Default: no limit. */
  readonly maxIncomingBitrate?: number | undefined;
}
