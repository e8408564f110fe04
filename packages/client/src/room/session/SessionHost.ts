import type { SignalingChannel } from '../../signaling/SignalingChannel.ts';
import type { Dialect, DialectContext, DialectSession } from '../DialectPort.ts';
import { type EventGate, type EventRoutes, gateEvents } from '../eventRoutes.ts';

export interface SessionHostOptions {
  readonly dialect: Dialect;
  readonly context: Omit<DialectContext, 'channel' | 'emit'>;
  readonly routes: EventRoutes;
}

/** Session of the dialect, its current channel, and the gate through which its events reach the room. */
export class SessionHost {
  readonly session: DialectSession;
  readonly gate: EventGate;
  /** Whether the session may continue over another connection, after the connection dropped. */
  isResumable = false;
  #channel: SignalingChannel;

  constructor({ dialect, context, routes }: SessionHostOptions, channel: SignalingChannel) {
    this.#channel = channel;
    this.gate = gateEvents(routes, context.logger);
    const current = () => this.#channel;
    this.session = dialect.open({
      ...context,
      emit: this.gate.emit,
      get channel() {
        return current();
      },
    });
  }

  /** Sends over `channel` from now on. */
  attach(channel: SignalingChannel): void {
    this.#channel = channel;
  }
}
