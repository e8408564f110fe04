import { type FinalReason, isFinal } from '../shared/finalReasons.ts';

/** Why the server ended the session; reason of `roomClosed`. */
export type EndedByServerReason =
  | FinalReason
  /** The server gave no reason that the SDK knows; `detail` has its text. */
  | 'closedByServer';

/** Why the session ended; reason of `left`. */
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
  /** `join()` failed; its promise says why. */
  | 'failed';

/** Why a remote peer closed. A reason of `left` closes all peers. */
export type PeerCloseReason =
  | LeaveReason
  /** The peer left, and the server gave no reason that the SDK knows; `detail` has its text. */
  | 'remote'
  /** The connection of the peer ended. */
  | 'disconnected'
  /** The peer sent no heartbeat (push-pull). */
  | 'forgotten'
  /** The peer was in the room before a reconnect, and is not any more. */
  | 'notRestored';

/** Why a consumer closed. A consumer closes with its peer, for the same reason. */
export type ConsumerCloseReason =
  | PeerCloseReason
  /** The app called `close()`. */
  | 'local'
  /** The server closed the consumer, or the consumer could not be set up again; then `requestFailed` says why. */
  | 'server'
  /** The producer of the consumer closed, its transport or its peer. */
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

/** A reason for programs, and the server's text where it gave none that the SDK knows. */
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

/** Reads the reason of a server for a peer: `remote` where the SDK does not know it. */
export const readPeerReason = (reason?: string) => read(isOfPeer, 'remote' as const, reason);

/** Reads the reason of a server for a consumer or data consumer: `remote` where the SDK does not know it. */
export const readConsumerReason = (reason?: string) => read(isOfConsumer, 'remote' as const, reason);

/** Reads the reason of a server for a producer: `server` where the SDK does not know it. */
export const readProducerReason = (reason?: string) => read(isOfProducer, 'server' as const, reason);
