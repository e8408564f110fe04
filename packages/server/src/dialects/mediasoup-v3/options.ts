import type { IceServer, Written } from '@tureen/protocol/common';
import type { Variant } from '@tureen/protocol/mediasoup-v3';

/** Options of the dialect. */
export interface MediasoupV3Options {
  /**
   * Generation of mediasoup-demo whose messages the server sends: before 2025 (`classic`), since 2025 (`notify`), or that of
   * each client (`auto`), which its first request for a transport shows. Default `auto`; `classic` with `demoFaithful`.
   */
  readonly variant?: Variant | 'auto' | undefined;
  /** Sends `peerLeft` before `peerClosed` for a peer that leaves, as 2060-io/webrtc-server does. Default false. */
  readonly seedNames?: boolean | undefined;
  /**
   * Behaves as the stock demo server: keeps no order of requests, and sends no additive messages or fields. A join before
   * the recv transport exists creates no consumers for existing producers. A consumer that the client refuses stays paused.
   * Lost ICE closes the peer. Unknown notifications are ignored. Default false.
   */
  readonly demoFaithful?: boolean | undefined;
  /** Time in which a connected client must join, in ms. Default 10 000. */
  readonly joinTimeoutMs?: number | undefined;
  /** Time in which a client that prepared its join must join, in ms. Default 120 000. */
  readonly prepareTimeoutMs?: number | undefined;
  /**
   * Grace period of a disconnected peer whose client announces `resumeToken`, in ms; 0: none. Default 30 000; 0 with
   * `demoFaithful`.
   */
  readonly reconnectGraceMs?: number | undefined;
  /** STUN and TURN servers that mediasoup-v3 clients receive with every transport. Default: none. */
  readonly iceServers?: readonly Written<IceServer>[] | undefined;
}

/** {@link MediasoupV3Options} with the defaults filled in. */
export interface MediasoupV3Settings {
  readonly variant: Variant | 'auto';
  readonly seedNames: boolean;
  readonly demoFaithful: boolean;
  readonly joinTimeoutMs: number;
  readonly prepareTimeoutMs: number;
  readonly reconnectGraceMs: number;
  readonly iceServers: readonly Written<IceServer>[];
}

/** Returns the options with the defaults filled in. */
export function toSettings(options: MediasoupV3Options): MediasoupV3Settings {
  const { variant = 'auto', demoFaithful = false } = options;
  return {
    variant: demoFaithful && variant === 'auto' ? 'classic' : variant,
    seedNames: options.seedNames ?? false,
    demoFaithful,
    joinTimeoutMs: options.joinTimeoutMs ?? 10_000,
    prepareTimeoutMs: options.prepareTimeoutMs ?? 120_000,
    reconnectGraceMs: demoFaithful ? 0 : (options.reconnectGraceMs ?? 30_000),
    iceServers: options.iceServers ?? [],
  };
}
