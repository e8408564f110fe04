import { closeCodes, errorCodes, formatIssue, parse, peerId } from '@tureen/protocol/common';
import type { ParseIssue } from '@tureen/protocol/common';
import type { Logger } from 'pino';
import type { Clock, SerialQueue } from '@tureen/kernel';
import type { Peer } from '../rooms/Peer.ts';
import type { RoomRegistry } from '../rooms/RoomRegistry.ts';
import type { Ending } from './ClosePolicy.ts';
import { ConnectionClosedError, refused } from './Connection.ts';
import type { Connection } from './Connection.ts';
import { createPeerSession } from './createPeerSession.ts';
import type { SessionHandlers } from './createPeerSession.ts';
import { permissionsOf } from './grant.ts';
import { holdToTerm } from './grantTerm.ts';
import type { PeerSession } from './PeerSession.ts';
import type { PeerLink, ReconnectStore, ResumableContext } from './ReconnectStore.ts';

/** Parts of a {@link ConnectionLifecycle}. */
export interface ConnectionLifecycleOptions<Context extends ResumableContext> {
  readonly connection: Connection;
  readonly registry: RoomRegistry;
  readonly settings: { readonly joinTimeoutMs: number };
  readonly clock: Clock;
  readonly logger: Logger;
  readonly reconnectStore: ReconnectStore<Context>;
  readonly dialect: string;
  /** Query parameter with the peer ID. */
  readonly peerParam: string;
  /** Whether a peer with the same ID closes when this client connects, rather than when it joins. Default false. */
  readonly isReplacingAtOnce?: boolean;
  readonly handlers: Omit<SessionHandlers, 'onClosed'>;
  readonly notifyEnding: (ending: Ending) => void;
  /** Creates the context of the requests, before the peer emits events. */
  readonly onEntered: (peer: Peer, roomId: string) => Context;
}

/** WebSocket close code of a page that was closed: its client does not resume. */
const PAGE_WENT_AWAY = closeCodes.goingAway;

/**
 * Connection whose URL names room and peer. Enters the room, joins in time, and closes. The connection may resume the peer of
 * an earlier connection in place of the peer with which it entered.
 */
export class ConnectionLifecycle<Context extends ResumableContext> implements PeerLink {
  readonly #options: ConnectionLifecycleOptions<Context>;
  readonly #session: PeerSession;
  #peer: Peer | undefined;
  #entered: Promise<Context>;
  #stopListening = () => {};

  constructor(options: ConnectionLifecycleOptions<Context>) {
    this.#options = options;
    this.#session = createPeerSession({
      ...options,
      joinTimeoutMs: options.settings.joinTimeoutMs,
      handlers: {
        ...options.handlers,
        onClosed: (code) => {
          this.#handleConnectionClosed(code);
        },
      },
      onJoinTimeout: (ending) => {
        if (this.#peer === undefined) this.#session.end(ending);
        else this.#peer.close(ending);
      },
    });
    this.#entered = this.#session.serve(() => this.#enter());
    this.#entered.catch((error: unknown) => {
      this.#session.handleEnterFailure(error);
    });
  }

  /**
   * Context of the entered peer. Rejects where the room does not admit the client, or the connection closed. Pending
   * requests are refused with that error.
   */
  get entered(): Promise<Context> {
    return this.#entered;
  }

  /** Peer of the connection; undefined until the connection entered the room. */
  get peer(): Peer | undefined {
    return this.#peer;
  }

  /** Requests of the client, in order. */
  get queue(): SerialQueue {
    return this.#session.queue;
  }

  /** Runs work that the client waits for. */
  serve<T>(work: () => Promise<T>): Promise<T> {
    return this.#session.serve(work);
  }

  handleJoined(): void {
    this.#session.stopJoinDeadline();
  }

  /** Gives the client more time to join. */
  extendJoinDeadline(timeoutMs: number): void {
    this.#session.restartJoinDeadline(timeoutMs);
  }

  /** Creates a resume token for a joined peer. Undefined where the server keeps no disconnected peers. */
  issueToken(context: Context): string | undefined {
    const { reconnectStore } = this.#options;
    return reconnectStore.isEnabled ? reconnectStore.issueToken(context, this) : undefined;
  }

  /**
   * Resumes the peer to which the token was issued, under the peer ID and room of this connection. Its notifier has no
   * connection yet. If there is no such peer, changes nothing and resolves to undefined.
   */
  async resume(token: string): Promise<Context | undefined> {
    const { connection, reconnectStore, registry, clock } = this.#options;
    await this.#entered;
    const own = this.#peer;
    if (own?.state !== 'entering') return undefined;
    const namesake = registry.get(connection.params.get('roomId') ?? '')?.peers.get(own.id);
    const context = await reconnectStore.detach(namesake, token);
    if (context === undefined) return undefined;
    // The grant of the earlier connection does not apply to this connection.
    context.peer.setPermissions(permissionsOf(connection.grant));
    holdToTerm(context.peer, connection.grant, clock);
    if (context.peer.state !== 'joined') return undefined;
    if (connection.closed || own.state !== 'entering') {
      // The token is used, so no client can resume the peer anymore.
      context.peer.close({ reason: 'disconnected' });
      return undefined;
    }
    this.#attach(context.peer);
    this.#entered = Promise.resolve(context);
    own.close({ reason: 'resumed' });
    return context;
  }

  onReplaced(): void {
    this.#stopListening();
    this.#peer = undefined;
    this.#options.connection.close('replaced');
  }

  #handleConnectionClosed(code: number): void {
    const peer = this.#peer;
    if (peer === undefined) return;
    if (code === PAGE_WENT_AWAY || !this.#options.reconnectStore.keep(peer)) peer.close({ reason: 'disconnected' });
  }

  async #enter(): Promise<Context> {
    const { connection, registry, dialect, peerParam, isReplacingAtOnce = false, clock, onEntered } = this.#options;
    const { params, remoteAddress } = connection;
    const roomId = params.get('roomId') ?? '';
    const id = parse(peerId, params.get(peerParam));
    if (roomId === '') throw badRequest({ path: 'roomId', message: 'Required' });
    if (!id.ok) throw badRequest({ path: peerParam, message: id.issue.message });
    if (isReplacingAtOnce) registry.get(roomId)?.peers.get(id.value)?.close({ reason: 'replaced' });

    const permissions = permissionsOf(connection.grant);
    const peer = await registry.enter(roomId, { id: id.value, dialect, remoteAddress, permissions });
    if (connection.closed) {
      peer.close({ reason: 'disconnected' });
      throw new ConnectionClosedError('the connection closed before the room was open');
    }
    this.#attach(peer);
    holdToTerm(peer, connection.grant, clock);
    return onEntered(peer, roomId);
  }

  /** Assigns the peer to the connection, which closes with that peer. */
  #attach(peer: Peer): void {
    this.#stopListening();
    this.#peer = peer;
    const { connection } = this.#options;
    peer.signalingRoundTrip.handleConnection((onMeasured) => {
      connection.measureRoundTrip(onMeasured);
    });
    this.#stopListening = peer.subscribe('closed', (closing) => {
      this.#session.handlePeerClosed(closing);
    });
  }
}

function badRequest(issue: ParseIssue) {
  return refused({ errorCode: errorCodes.badRequest, errorReason: formatIssue(issue) }, 'badRequest');
}
