import type { Clock } from '@tureen/kernel';
import type { Logger } from '../../shared/logger.ts';
import type { PageActiveReason } from '../../shared/pageActive.ts';
import type { ReconnectPolicy } from '../../signaling/ReconnectPolicy.ts';
import type { SignalingTransport } from '../../signaling/SignalingTransport.ts';
import type { Trace } from '../../signaling/Trace.ts';
import type {
  Dialect,
  DialectJoinRequest,
  DialectJoinResult,
  DialectResumeResult,
  DialectSession,
  ResumableIds,
  RoomIdentity,
} from '../DialectPort.ts';
import type { EventRoutes } from '../eventRoutes.ts';
import type { Announce } from '../events.ts';
import type { SessionEnd } from './endReason.ts';

/** Callbacks of a session to its owner. Called synchronously, in the order of the events. */
export interface RoomSessionHandlers {
  /** The session joined. `resumed`: the entities that the server kept, where the former session continues. */
  onJoined(session: DialectSession, result: DialectJoinResult, resumed: DialectResumeResult | null): void;
  /** The connection dropped, and attempts to reconnect follow. */
  onLost(): void;
  /** While joined: the network or the user returned. */
  onPageActive(reason: PageActiveReason): void;
  /** The session ended. The owner closes everything. `wasJoined` is false where join() failed. */
  onEnded(end: SessionEnd, wasJoined: boolean): void;
}

export interface RoomSessionOptions {
  readonly identity: RoomIdentity;
  readonly dialect: Dialect;
  readonly transport: SignalingTransport;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly trace: Trace;
  readonly requestTimeoutMs: number;
  readonly reconnectPolicy: ReconnectPolicy | null;
  /** Emits the events of the room that concern its connection. */
  readonly announce: Announce;
  readonly reportListenerError: (error: unknown, event: string) => void;
  /** Handlers for the events of the dialect. */
  readonly routes: EventRoutes;
  /**
   * Returns the join request of each attempt, as the desired state may have changed. `isSuspect`: the connection ended under the
   * last request.
   */
  readonly joinRequest: (isSuspect: boolean) => DialectJoinRequest;
  /** Returns the entities that the client still has of the lost session. */
  readonly resumableIds: () => ResumableIds;
  readonly handlers: RoomSessionHandlers;
}
