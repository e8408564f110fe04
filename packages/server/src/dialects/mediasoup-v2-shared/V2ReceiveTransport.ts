import type { RtpCapabilities } from '@tureen/protocol/common';
import { refusals } from '@tureen/protocol/mediasoup-v2-shared';
import type { Peer } from '../../rooms/Peer.ts';
import type { Transport } from '../../rooms/Transport.ts';
import { refused } from '../Connection.ts';

/**
 * Receive transport of one client. In mediasoup 2, consumers are announced before the client creates its transport. So the
 * server creates the transport at the join, and hands it out when the client creates its own.
 */
export class V2ReceiveTransport {
  readonly #peer: Peer;
  #rtpCapabilities: RtpCapabilities | undefined;
  /** Transport that was created or is being created. */
  #transport: Promise<Transport> | undefined;
  #isHandedOut = false;
  /** Whether the response with the transport may have been lost. */
  #mayHandOutAgain = false;

  constructor(peer: Peer) {
    this.#peer = peer;
  }

  /** Starts to receive. Must resolve before the peer joins. */
  async open(rtpCapabilities: RtpCapabilities): Promise<void> {
    this.#rtpCapabilities = rtpCapabilities;
    await this.#create();
  }

  /** Stops to receive: the join failed. */
  async cancel(): Promise<void> {
    const transport = await this.#transport;
    this.#transport = undefined;
    transport?.close('owner');
  }

  /** Whether the client has the transport. */
  get isHandedOut(): boolean {
    return this.#isHandedOut;
  }

  /** Returns the transport, once. @throws ProtocolError `forbidden`, `notJoined`. */
  async handOut(): Promise<Transport> {
    const transport = await this.#transport;
    if (this.#isHandedOut && !(this.#mayHandOutAgain && transport?.dtlsState === 'new'))
      throw refused(refusals.forbidden('the peer already has a Transport for receiving'));
    if (transport === undefined) throw refused(refusals.notJoined());
    this.#isHandedOut = true;
    this.#mayHandOutAgain = false;
    return transport;
  }

  /** The client resumes, and may have missed the response with the transport. */
  handleResumed(): void {
    this.#mayHandOutAgain = this.#isHandedOut;
  }

  /** Replaces the transport if it is the one that closed, after `onClosed`. */
  async handleTransportClosed(transport: Transport, onClosed: () => void): Promise<void> {
    if (!transport.isConsuming || (await this.#transport) !== transport) return;
    this.#isHandedOut = false;
    onClosed();
    await this.#create();
  }

  async #create(): Promise<void> {
    this.#transport = this.#peer.createTransport({ isProducing: false, isConsuming: true });
    const transport = await this.#transport;
    this.#peer.receiving.consume({ transport, rtpCapabilities: this.#rtpCapabilities, data: false });
  }
}
