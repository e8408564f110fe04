import { closeCodes, errorCodes, formatIssue, parse, peerId } from '@tureen/protocol/common';
import type { ParseIssue } from '@tureen/protocol/common';
import type { Peer } from '../rooms/Peer.ts';
import type { SerialQueue } from '../shared/SerialQueue.ts';
import type { SessionOptions } from './adapting.ts';
import { ConnectionClosedError, refused } from './Connection.ts';
import { ClosePolicy } from './ClosePolicy.ts';
import type { ClosePolicyOptions } from './ClosePolicy.ts';
import { permissionsOf } from './grant.ts';
import { holdToTerm } from './grantTerm.ts';
import { JoinDeadline } from './JoinDeadline.ts';
import type { KeptContext, ReconnectStore, PeerLink } from './ReconnectStore.ts';

/** What an {@link ConnectionLifecycle} is made of. */
export interface ConnectionLifecycleOptions<Context extends KeptContext>
  extends SessionOptions<{ readonly joinTimeoutMs: number }>, ClosePolicyOptions {
  readonly keeper: ReconnectStore<Context>;
  /** In which the client's requests are acted on. */
  readonly queue: SerialQueue;
  readonly dialect: string;
  /** The parameter of the URL that says who comes. */
  readonly peerParam: string;
  /** Whoever is there under the same id goes at once, not when the newcomer joins. Default false. */
  readonly isReplacingAtOnce?: boolean;
  /** Makes of the peer, once it is there and before it can be told anything, what the requests are handled with. */
  readonly onEntered: (peer: Peer, roomId: string) => Context;
}

/** WebSocket close code of a page that goes away: it will not come back. */
const PAGE_WENT_AWAY = closeCodes.goingAway;

/**
 * One connection whose URL says who comes, and into which room: its way in, its time to join, and its end. It may take the
 * peer of an earlier one, in place of that which it came in as.
 */
export class ConnectionLifecycle<Context extends KeptContext> implements PeerLink {
  readonly queue: SerialQueue;
  readonly #options: ConnectionLifecycleOptions<Context>;
  readonly #deadline: JoinDeadline;
  readonly #end: ClosePolicy;
  #peer: Peer | undefined;
  #entered: Promise<Context>;
  #stopListening = () => {};

  constructor(options: ConnectionLifecycleOptions<Context>) {
    this.#options = options;
    this.queue = options.queue;
    this.#end = new ClosePolicy(options);
    this.#deadline = new JoinDeadline({
      clock: options.clock,
      timeoutMs: options.settings.joinTimeoutMs,
      logger: options.logger,
      onLate: (ending) => {
        if (this.#peer === undefined) this.#end.dismiss(ending);
        else this.#peer.close(ending);
      },
    });
    this.#entered = this.#deadline.owe(() => this.#enter());
    this.#entered.catch((error: unknown) => {
      this.#deadline.cancel();
      this.#end.handleEnterFailure(error);
    });
  }

  /** Rejects where the room does not take it in, or it has gone; what was asked meanwhile is refused with the same error. */
  get entered(): Promise<Context> {
    return this.#entered;
  }

  /** Undefined until it is in. */
  get peer(): Peer | undefined {
    return this.#peer;
  }

  /** Acts on a message of the client. Until that ends, the client is waiting for the server. */
  answer<T>(work: () => Promise<T>): Promise<T> {
    return this.#deadline.owe(work);
  }

  /** Its time to join no longer counts. */
  handleJoined(): void {
    this.#deadline.cancel();
  }

  handleConnectionClosed(code: number): void {
    this.#deadline.cancel();
    const peer = this.#peer;
    if (peer === undefined) return;
    if (code === PAGE_WENT_AWAY || !this.#options.keeper.hold(peer)) peer.close({ reason: 'disconnected' });
  }

  /** The client's way back, once it has joined; undefined where nobody is kept. */
  issueToken(context: Context): string | undefined {
    const { keeper } = this.#options;
    return keeper.isKeeping ? keeper.issueToken(context, this) : undefined;
  }

  /**
   * Takes the peer that the token is of, if it is there under the very id and room of this connection. Its outbox has no
   * connection yet. Undefined: there is nothing to take, and all is as before.
   */
  async resume(token: string): Promise<Context | undefined> {
    const { connection, keeper, registry, clock } = this.#options;
    await this.#entered;
    const own = this.#peer;
    if (own?.state !== 'entering') return undefined;
    const namesake = registry.get(connection.params.get('roomId') ?? '')?.peers.get(own.id);
    const context = await keeper.take(namesake, token);
    if (context === undefined) return undefined;
    // The grant of the earlier connection does not count for this one.
    context.peer.setPermissions(permissionsOf(connection.grant));
    holdToTerm(context.peer, connection.grant, clock);
    if (context.peer.state !== 'joined') return undefined;
    if (connection.closed || own.state !== 'entering') {
      // The token is used, so that nobody can come back for it.
      context.peer.close({ reason: 'disconnected' });
      return undefined;
    }
    this.#settle(context.peer);
    this.#entered = Promise.resolve(context);
    own.close({ reason: 'resumed' });
    return context;
  }

  onReplaced(): void {
    this.#stopListening();
    this.#peer = undefined;
    this.#options.connection.close('replaced');
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
    this.#settle(peer);
    holdToTerm(peer, connection.grant, clock);
    return onEntered(peer, roomId);
  }

  /** From now on the connection is that peer's, and ends with it. */
  #settle(peer: Peer): void {
    this.#stopListening();
    this.#peer = peer;
    this.#stopListening = peer.subscribe('closed', (closing) => {
      this.#deadline.cancel();
      this.#end.handlePeerClosed(closing);
    });
  }
}

function badRequest(issue: ParseIssue) {
  return refused({ errorCode: errorCodes.badRequest, errorReason: formatIssue(issue) }, 'badRequest');
}
