import { type Clock, systemClock } from '@tureen/kernel';

import { checkOptions, checkParts } from '../../shared/checks/development.ts';
import { silentLogger, type Logger } from '../../shared/logger.ts';
import type { MediaEngine, MediaOpenOptions, MediaSession } from '../MediaEngine.ts';
import { DeviceSession } from './DeviceSession.ts';
import type { HandlerFactory } from './handlerFactory.ts';

/** Options of `deviceEngine()`. */
export interface DeviceEngineOptions {
  /** mediasoup-client handler to use. Default: the handler that mediasoup-client detects. */
  readonly handlerName?: 'Chrome111' | 'Chrome74' | 'Firefox120' | 'Safari12';
  /** Handler factory to use instead of the browser's handler, such as that of mediasoup-client's `FakeHandler`. */
  readonly handlerFactory?: HandlerFactory;
  /** Additional configuration of each RTCPeerConnection, e.g. `encodedInsertableStreams`. */
  readonly additionalSettings?: Partial<RTCConfiguration>;
  /** `relay` restricts media to TURN servers. Default `all`. */
  readonly iceTransportPolicy?: RTCIceTransportPolicy;
  /** Time in ms within which the server must respond to connect and produce. Default 30 000. */
  readonly answerTimeoutMs?: number;
  /** Clock for timers. Default: the system clock. */
  readonly clock?: Clock;
  /** Logger of the engine. Default: the logger of the room. */
  readonly logger?: Logger;
}

/** Engine over mediasoup-client, for the mediasoup dialects. Uses no browser global before `open`. */
export class DeviceEngine implements MediaEngine {
  readonly #options: DeviceEngineOptions;

  /** Throws `invalidArgument`; `argument` names the option. */
  constructor(options: DeviceEngineOptions = {}) {
    checkOptions(options);
    checkParts(options);
    this.#options = options;
  }

  open({ logger = silentLogger }: MediaOpenOptions = {}): MediaSession {
    const options = this.#options;
    return new DeviceSession({
      handlerName: options.handlerName,
      handlerFactory: options.handlerFactory,
      additionalSettings: options.additionalSettings,
      iceTransportPolicy: options.iceTransportPolicy,
      answerTimeoutMs: options.answerTimeoutMs ?? 30_000,
      clock: options.clock ?? systemClock,
      logger: options.logger ?? logger,
    });
  }
}

/**
 * Creates the default engine of the mediasoup dialects, over mediasoup-client. Call this function to configure or wrap the
 * engine.
 *
 * @example
 * ```ts
 * const dialect = mediasoupV3({ engine: deviceEngine({ iceTransportPolicy: 'relay' }) });
 * ```
 */
export function deviceEngine(options?: DeviceEngineOptions): MediaEngine {
  return new DeviceEngine(options);
}
