import type { types } from 'mediasoup';
import type { Logger } from 'pino';
import type { Clock } from '@tureen/kernel';

/** Address that media sockets bind to, and the addresses that clients get instead. */
export interface MediaAddress {
  readonly ip: string;
  /** Addresses in order of preference. Default: only `ip`. */
  readonly announcedAddresses?: readonly string[] | undefined;
}

/** Options of the mediasoup backend. */
export interface MediasoupBackendOptions {
  readonly logger: Logger;
  /** Time source for the times below, and for the pauses between attempts to replace a dead worker. Default: the system clock. */
  readonly clock?: Clock | undefined;
  /** Number of worker processes; 0: one per core. Default 0. */
  readonly workers?: number | undefined;
  /** Time without a response after which a worker is suspect and gets no new rooms, in ms. Default 4000. */
  readonly workerSuspectMs?: number | undefined;
  /** Time without a response after which a worker is killed and replaced, in ms; 0: never. Default 15 000. */
  readonly workerKillMs?: number | undefined;
  /** Time in which a worker must respond to one request of a client, in ms. Default 10 000. */
  readonly callTimeoutMs?: number | undefined;
  /** Path of the worker's binary. Default: `MEDIASOUP_WORKER_BIN`, otherwise the binary that mediasoup installed. */
  readonly workerBin?: string | undefined;
  /** Log level of the workers. Default `warn`. */
  readonly workerLogLevel?: 'debug' | 'warn' | 'error' | 'none' | undefined;
  /** Addresses that media is offered on. Default 127.0.0.1. */
  readonly addresses?: readonly MediaAddress[] | undefined;
  /** Whether to offer media over UDP. Default true. */
  readonly udp?: boolean | undefined;
  /** Whether to offer media over TCP. Default true. */
  readonly tcp?: boolean | undefined;
  /**
   * Port of the first worker, UDP and TCP, for all its transports. Each further worker uses the next port. 0: any free port.
   * Default 0.
   */
  readonly rtcPort?: number | undefined;
  /**
   * Lowest port of a range. With this option or `rtcMaxPort` each transport has its own ports, and `rtcPort` is ignored.
   * Default with `rtcMaxPort`: 40000.
   */
  readonly rtcMinPort?: number | undefined;
  /** Highest port of the range. Default with `rtcMinPort`: 49999. */
  readonly rtcMaxPort?: number | undefined;
  /** Codecs of the rooms. Default: {@link defaultMediaCodecs}. */
  readonly mediaCodecs?: readonly types.RouterRtpCodecCapability[] | undefined;
  /** First estimate of a client's downlink, in bit/s. Default 1 000 000. */
  readonly initialAvailableOutgoingBitrate?: number | undefined;
  /** Maximum bitrate that a client may send on one transport, in bit/s; 0: no limit. Default 10 000 000. */
  readonly maxIncomingBitrate?: number | undefined;
  /** Maximum bitrate that the server sends on one transport, in bit/s; 0: no limit. Default 0. */
  readonly maxOutgoingBitrate?: number | undefined;
  /** Minimum time between two key frame requests to the sender of a stream, in ms; 0: no minimum. Default 500. */
  readonly keyFrameRequestDelayMs?: number | undefined;
}
