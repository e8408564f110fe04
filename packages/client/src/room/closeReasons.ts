import { type FinalReason, isFinal } from '../shared/finalReasons.ts';

/** Why the server ended the session; the reason of `roomClosed`. */
export type EndedByServerReason =
  | FinalReason
  /** The server gave no reason that the SDK knows; `detail` has its text. */
  | 'closedByServer';

/** Why the session ended; the reason of `left`. */
export type LeaveReason =
  /** `left`: the app called `leave()`. The others: the server ended the session, or refused the reconnect. */
  | EndedByServerReason
  /** The reconnect policy gave up; `room.state` is `failed`. */
  | 'connectionLost'
  /** The server refused the request to rejoin; `room.state` is `failed`. */
  | 'refused';

/** Why a session or an attempt to join ended. */
export type SessionEndReason =
  | LeaveReason
  /** `join()` failed; its promise has the error. */
  | 'failed';

/** Why a remote peer closed. When the session ends, all peers close with the reason of `left`. */
export type PeerCloseReason =
  | LeaveReason
  /** The peer left, and the server gave no reason that the SDK knows; `detail` has its text. */
  | 'remote'
  /** The peer's connection ended. */
  | 'disconnected'
  /** The peer sent no heartbeat (push-pull). */
  | 'forgotten'
  /** The peer was in the room before a reconnect, and is no longer there. */
  | 'notRestored';

/** Why a consumer closed. A consumer closes with its peer, for the same reason. */
export type ConsumerCloseReason =
  | PeerCloseReason
  /** The app called `close()`. */
  | 'local'
  /** The server closed the consumer, or subscribing again failed; `requestFailed` then has the error. */
  | 'server'
  /** The consumer's producer closed, or the producer's transport or peer. */
  | 'producerClosed'
  | 'transportClosed'
  | 'peerClosed';

/** Why a data consumer closed. A data consumer closes with its peer, for the same reason. */
export type DataConsumerCloseReason = ConsumerCloseReason;

/** Why a data producer closed. */
export type DataProducerCloseReason =
  | SessionEndReason
  /** The app called `close()`. */
  | 'local'
  /** The server closed or refused the data producer. */
  | 'server';

/** Why a producer closed. */
export type ProducerCloseReason =
  | DataProducerCloseReason
  /** The user stopped sharing the screen. */
  | 'trackEnded';

/** Reason for programs, and the server's text where the SDK does not know the server's reason. */
export interface Closing<Reason> {
  readonly reason: Reason;
  readonly detail?: string | undefined;
}

type ServerPeerReason = FinalReason | 'connectionLost' | 'disconnected' | 'forgotten';
type ServerConsumerReason = ServerPeerReason | 'server' | 'producerClosed' | 'transportClosed' | 'peerClosed';

const isOfPeer = (reason: string): reason is ServerPeerReason =>
  isFinal(reason) || /^(connectionLost|disconnected|forgotten)$/.test(reason);

const isOfConsumer = (reason: string): reason is ServerConsumerReason =>
  isOfPeer(reason) || /^(server|(producer|transport|peer)Closed)$/.test(reason);

const isOfProducer = (reason: string): reason is FinalReason | 'connectionLost' | 'server' =>
  isFinal(reason) || /^(connectionLost|server)$/.test(reason);

function read<Known extends string, Fallback>(
  isKnown: (reason: string) => reason is Known,
  fallback: Fallback,
  reason: string | undefined,
): Closing<Known | Fallback> {
  if (reason !== undefined && isKnown(reason)) return { reason };
  return { reason: fallback, detail: reason };
}

/** Reads the server's reason for a peer. `remote` where the SDK does not know the reason. */
export const readPeerReason = (reason?: string) => read(isOfPeer, 'remote' as const, reason);

/** Reads the server's reason for a consumer or data consumer. `remote` where the SDK does not know the reason. */
export const readConsumerReason = (reason?: string) => read(isOfConsumer, 'remote' as const, reason);

/** Reads the server's reason for a producer. `server` where the SDK does not know the reason. */
export const readProducerReason = (reason?: string) => read(isOfProducer, 'server' as const, reason);
