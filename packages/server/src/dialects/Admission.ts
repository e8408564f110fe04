import { errorCodes, formatIssue, parse, peerId } from '@tureen/protocol/common';
import type { ParseIssue } from '@tureen/protocol/common';
import type { Peer } from '../rooms/Peer.ts';
import type { SessionOptions } from './adapting.ts';
import { ConnectionClosedError, refused } from './Connection.ts';
import { ConnectionEnd } from './ConnectionEnd.ts';
import type { ConnectionEndOptions } from './ConnectionEnd.ts';

/** What an {@link Admission} is made of. */
export interface AdmissionOptions<Context>
  extends SessionOptions<{ readonly joinTimeoutMs: number }>, ConnectionEndOptions {
  readonly dialect: string;
  /** The parameter of the URL that says who comes. */
  readonly peerParam: string;
  /** Whoever is there under the same id goes at once, not when the newcomer joins. Default false. */
  readonly isReplacingAtOnce?: boolean;
  /** Makes of the peer, once it is there and before it can be told anything, what the requests are handled with. */
  readonly onEntered: (peer: Peer, roomId: string) => Context;
}

/** One connection whose URL says who comes, and into which room: its way in, its time to join, and its end. */
export class Admission<Context> {
  /** Rejects where the room does not take it in, or it has gone; what was asked meanwhile is refused with the same error. */
  readonly entered: Promise<Context>;
  readonly #options: AdmissionOptions<Context>;
  readonly #cancelDeadline: () => void;
  readonly #end: ConnectionEnd;
  #peer: Peer | undefined;

  constructor(options: AdmissionOptions<Context>) {
    this.#options = options;
    this.#end = new ConnectionEnd(options);
    this.#cancelDeadline = options.clock.after(options.settings.joinTimeoutMs, () => {
      if (this.#peer === undefined) this.#end.dismiss({ reason: 'joinTimeout' });
      else this.#peer.close({ reason: 'joinTimeout' });
    });
    this.entered = this.#enter();
    this.entered.catch((error: unknown) => {
      this.#cancelDeadline();
      this.#end.handleEnterFailure(error);
    });
  }

  /** Undefined until it is in. */
  get peer(): Peer | undefined {
    return this.#peer;
  }

  /** Its time to join no longer counts. */
  handleJoined(): void {
    this.#cancelDeadline();
  }

  handleConnectionClosed(): void {
    this.#cancelDeadline();
    this.#peer?.close({ reason: 'disconnected' });
  }

  async #enter(): Promise<Context> {
    const { connection, registry, dialect, peerParam, isReplacingAtOnce = false, onEntered } = this.#options;
    const { params, remoteAddress } = connection;
    const roomId = params.get('roomId') ?? '';
    const id = parse(peerId, params.get(peerParam));
    if (roomId === '') throw badRequest({ path: 'roomId', message: 'Required' });
    if (!id.ok) throw badRequest({ path: peerParam, message: id.issue.message });
    if (isReplacingAtOnce) registry.get(roomId)?.peers.get(id.value)?.close({ reason: 'replaced' });

    const peer = await registry.enter(roomId, { id: id.value, dialect, remoteAddress });
    if (connection.closed) {
      peer.close({ reason: 'disconnected' });
      throw new ConnectionClosedError('the connection closed before the room was open');
    }
    this.#peer = peer;
    peer.on('closed', (closing) => {
      this.#cancelDeadline();
      this.#end.handlePeerClosed(closing);
    });
    return onEntered(peer, roomId);
  }
}

function badRequest(issue: ParseIssue) {
  return refused({ errorCode: errorCodes.badRequest, errorReason: formatIssue(issue) });
}
