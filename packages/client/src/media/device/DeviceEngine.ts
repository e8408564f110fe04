import { type Clock, systemClock } from '@tureen/kernel';

import { checkOptions, checkParts } from '../../shared/checks/development.ts';
import { silentLogger, type Logger } from '../../shared/logger.ts';
import type { MediaEngine, MediaOpenOptions, MediaSession } from '../MediaEngine.ts';
import { DeviceSession } from './DeviceSession.ts';
import type { HandlerFactory } from './handlerFactory.ts';

/** Options of `deviceEngine()`. */
export interface DeviceEngineOptions {
  /** The mediasoup-client handler to use. Default: by the browser. */
  readonly handlerName?: 'Chrome111' | 'Chrome74' | 'Firefox120' | 'Safari12';
  /** A handler of one's own in place of the browser's, such as mediasoup-client's `FakeHandler`. */
  readonly handlerFactory?: HandlerFactory;
  /** Goes into the configuration of each RTCPeerConnection, e.g. `encodedInsertableStreams`. */
  readonly additionalSettings?: Partial<RTCConfiguration>;
  /** `relay` lets media flow through TURN servers only. Default `all`. */
  readonly iceTransportPolicy?: RTCIceTransportPolicy;
  /** Time in ms within which the server must respond to connect and produce. Default 30 000. */
  readonly answerTimeoutMs?: number;
  /** Default: the clock of the machine. */
  readonly clock?: Clock;
  /** Default: the room's. */
  readonly logger?: Logger;
}

/** The engine over mediasoup-client, for the four mediasoup dialects. Uses no browser global before `load`. */
export class DeviceEngine implements MediaEngine {
  readonly #options: DeviceEngineOptions;

  /** Throws `invalidArgument` naming the option. */
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
 * Creates the engine that the four mediasoup dialects use by default, over mediasoup-client. For an app that configures the engine
 * or wraps it: `mediasoupV3({ engine: deviceEngine({ iceTransportPolicy: 'relay' }) })`.
 */
export function deviceEngine(options?: DeviceEngineOptions): MediaEngine {
  return new DeviceEngine(options);
}
