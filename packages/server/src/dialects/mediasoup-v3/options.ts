import type { IceServer, Written } from '@tureen/protocol/common';
import type { Variant } from '@tureen/protocol/mediasoup-v3';

/** Options of the dialect. */
export interface MediasoupV3Options {
  /**
   * Which mediasoup-demo to answer like: the long-lived one (`classic`), that of 2025 (`notify`), or each client like its own, which
   * it shows when it asks for its first transport. Default `auto`; `classic` with `demoFaithful`, as a stock server is of one kind.
   */
  readonly variant?: Variant | 'auto' | undefined;
  /** Announce a leaving peer as `peerLeft` before `peerClosed`, as 2060-io/webrtc-server does. Default false. */
  readonly seedNames?: boolean | undefined;
  /**
   * Do as the stock demo server does: requests in no order, nothing additive in message or field, a join that overtakes its
   * recv transport gets no consumers for what is there, a consumer that the client refuses stays paused for good, lost ICE
   * ends the peer, notifications that are unknown are ignored. Default false.
   */
  readonly demoFaithful?: boolean | undefined;
  /** Time that a connected client has to join, in ms. Default 10 000. */
  readonly joinTimeoutMs?: number | undefined;
  /**
   * Grace period of a disconnected peer, in ms, if its client announces that it resumes; 0: none. Default 30 000; 0 with
   * `demoFaithful`.
   */
  readonly reconnectGraceMs?: number | undefined;
  /** Told to clients with every transport, when not empty. Default: none. */
  readonly iceServers?: readonly Written<IceServer>[] | undefined;
}

/** {@link MediasoupV3Options} with the defaults filled in. */
export interface MediasoupV3Settings {
  readonly variant: Variant | 'auto';
  readonly seedNames: boolean;
  readonly demoFaithful: boolean;
  readonly joinTimeoutMs: number;
  readonly reconnectGraceMs: number;
  readonly iceServers: readonly Written<IceServer>[];
}

/** Fills in the defaults. */
export function toSettings(options: MediasoupV3Options): MediasoupV3Settings {
  const { variant = 'auto', demoFaithful = false } = options;
  return {
    variant: demoFaithful && variant === 'auto' ? 'classic' : variant,
    seedNames: options.seedNames ?? false,
    demoFaithful,
    joinTimeoutMs: options.joinTimeoutMs ?? 10_000,
    reconnectGraceMs: demoFaithful ? 0 : (options.reconnectGraceMs ?? 30_000),
    iceServers: options.iceServers ?? [],
  };
}
