import type { types } from 'mediasoup';
import type { Logger } from 'pino';
import type { Clock } from '@tureen/kernel';

/** Where media sockets bind, and which addresses clients get instead. */
export interface MediaAddress {
  readonly ip: string;
  /** In order of preference. Default: `ip` alone. */
  readonly announcedAddresses?: readonly string[] | undefined;
}

/** How media is moved. */
export interface MediasoupBackendOptions {
  readonly logger: Logger;
  /** Counts the times below, and the pauses between attempts to replace a dead worker. Default: the machine's. */
  readonly clock?: Clock | undefined;
  /** Worker processes; 0 is one per core. Default 0. */
  readonly workers?: number | undefined;
  /** Time without a response after which a worker is suspect and gets no new rooms, in ms. Default 4000. */
  readonly workerSuspectMs?: number | undefined;
  /** Time without a response after which a worker is killed and replaced, in ms; 0: never. Default 15 000. */
  readonly workerKillMs?: number | undefined;
  /** Time that a worker has to respond to one request of a client, in ms. Default 10 000. */
  readonly callTimeoutMs?: number | undefined;
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
  /**
   * Port of the first worker, UDP and TCP, for all its transports; each further worker has the next port. 0: any free
   * one. Default 0.
   */
  readonly rtcPort?: number | undefined;
  /**
   * Lowest port of a range. With this or `rtcMaxPort` each transport has ports of its own, and `rtcPort` does not count.
   * Default with `rtcMaxPort`: 40000.
   */
  readonly rtcMinPort?: number | undefined;
  /** Highest port of that range. Default with `rtcMinPort`: 49999. */
  readonly rtcMaxPort?: number | undefined;
  /** What rooms can carry. Default: {@link defaultMediaCodecs}. */
  readonly mediaCodecs?: readonly types.RouterRtpCodecCapability[] | undefined;
  /** First estimate of a client's downlink, in bit/s. Default 1 000 000. */
  readonly initialAvailableOutgoingBitrate?: number | undefined;
  /** Most that a client may send on one transport, in bit/s; 0: no limit. Default 10 000 000. */
  readonly maxIncomingBitrate?: number | undefined;
  /** Most that the server sends on one transport, in bit/s; 0: no limit. Default 0. */
  readonly maxOutgoingBitrate?: number | undefined;
  /** Least time between two key frame requests to the sender of a stream, in ms; 0: no least time. Default 500. */
  readonly keyFrameRequestDelayMs?: number | undefined;
}
