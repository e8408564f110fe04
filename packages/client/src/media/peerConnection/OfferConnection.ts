import { TureenError, toTureenError } from '../../shared/errors.ts';
import type { Logger } from '../../shared/logger.ts';
import { withUsableIceServers } from '../iceServers.ts';
import type { MediaConnectionState } from '../MediaEngine.ts';
import type { PeerConnectionHandlers, SdpExchange } from '../PeerConnectionMedia.ts';
import { CancellationScope } from '../CancellationScope.ts';
import { normalizeAnswer } from './normalizeAnswer.ts';
import { prepareOffer } from './prepareOffer.ts';

export interface OfferConnectionOptions {
  readonly direction: 'send' | 'recv';
  readonly configuration: RTCConfiguration;
  readonly handlers: PeerConnectionHandlers;
  readonly logger: Logger;
  readonly onClosed: (connection: OfferConnection) => void;
}

export interface Negotiation {
  /**
   * Changes the local offer. `isReversed`: the browser accepts these payload types only from a remote offer. The browser then
   * answers the changed offer, its answer goes to the server as the offer, and the server's answer is applied as the offer. In
   * between the browser must keep its ICE credentials, as Firefox does.
   */
  readonly align?: (offer: string) => { sdp: string; isReversed: boolean };
  /** Changes the answer. */
  readonly finish?: (answer: string) => string;
}

/**
 * RTCPeerConnection with a single offer and answer: a server of this dialect creates a new session for every offer. A connection
 * that fails or closes is never reused.
 */
export class OfferConnection {
  readonly direction: 'send' | 'recv';
  readonly pc: RTCPeerConnection;
  /** Called once, on close. */
  onEnd = () => {};

  readonly #options: OfferConnectionOptions;
  readonly #pending = new CancellationScope();
  #state: MediaConnectionState = 'new';
  #answer = '';

  constructor(options: OfferConnectionOptions) {
    this.direction = options.direction;
    this.#options = options;
    try {
      const { configuration, logger } = options;
      this.pc = withUsableIceServers({ ...configuration, logger }, (iceServers) => {
        return new RTCPeerConnection(iceServers === undefined ? configuration : { ...configuration, iceServers });
      });
    } catch (error) {
      throw toTureenError(
        error,
        typeof RTCPeerConnection === 'undefined' ? 'unsupportedBrowser' : 'mediaFailed',
        'no connection',
      );
    }
    this.pc.addEventListener('connectionstatechange', this.#handleState);
  }

  get state(): MediaConnectionState {
    return this.#state;
  }

  get closed(): boolean {
    return this.#state === 'closed';
  }

  /** Sends an offer and applies the answer. */
  async negotiate(exchange: SdpExchange, { align = unaligned, finish = same }: Negotiation): Promise<void> {
    const { pc } = this;
    await this.perform('the offer', async () => {
      const { sdp, isReversed } = align((await pc.createOffer()).sdp ?? '');
      if (!isReversed) await pc.setLocalDescription({ type: 'offer', sdp });
      const offer = isReversed ? await this.#reverse(sdp) : prepareOffer(sdp);
      if (this.closed) return;
      this.#answer = normalizeAnswer(await exchange(offer), offer);
      const answer = finish(this.#answer);
      // A closed connection leaves these promises unsettled.
      if (this.closed) return;
      if (!isReversed) await pc.setRemoteDescription({ type: 'answer', sdp: answer });
      else {
        await pc.setRemoteDescription({ type: 'offer', sdp: answer });
        const own = (await pc.createAnswer()).sdp ?? '';
        if (credentialsOf(own) !== credentialsOf(offer))
          throw new TureenError('unsupported', 'this browser receives only its own payload types');
        await pc.setLocalDescription({ type: 'answer', sdp: own });
      }
    });
  }

  /** Applies the server's answer again with other changes, without a request to the server. */
  async repeat(finish: (answer: string) => string): Promise<void> {
    const { pc } = this;
    await pc.setLocalDescription(await pc.createOffer());
    try {
      await pc.setRemoteDescription({ type: 'answer', sdp: finish(this.#answer) });
    } catch (error) {
      if (!this.closed) await pc.setLocalDescription({ type: 'rollback' });
      throw error;
    }
  }

  /** Settles as `work` does, or rejects on close. */
  async run<T>(what: string, work: () => Promise<T>): Promise<T> {
    try {
      return await this.#pending.run(work());
    } catch (error) {
      throw toTureenError(error, 'mediaFailed', what);
    }
  }

  /** Settles as `run` does. A failure closes the connection. */
  async perform<T>(what: string, work: () => Promise<T>): Promise<T> {
    try {
      return await this.run(what, work);
    } catch (error) {
      this.close();
      throw error;
    }
  }

  /** Returns the statistics. Null once closed. */
  async readStats(): Promise<RTCStatsReport | null> {
    try {
      return await this.#pending.run(this.pc.getStats());
    } catch (error) {
      if (this.closed) return null;
      throw error;
    }
  }

  assertOpen(): void {
    if (this.closed) throw closedError();
  }

  close(): void {
    if (this.closed) return;
    this.#state = 'closed';
    this.#pending.close(closedError());
    // Browsers keep a closed connection for a while, with its listeners.
    this.pc.removeEventListener('connectionstatechange', this.#handleState);
    this.pc.close();
    this.#reportState('closed');
    this.onEnd();
    this.#options.onClosed(this);
  }

  /** Lets the browser answer `expected` as a remote offer. Returns the answer, to send as the offer. */
  async #reverse(expected: string): Promise<string> {
    const sdp = prepareOffer(expected)
      .replace(/^a=recvonly\r$/gm, 'a=sendonly\r')
      .replace(/^a=setup:\w+\r$/gm, 'a=setup:passive\r');
    await this.pc.setRemoteDescription({ type: 'offer', sdp });
    const own = (await this.pc.createAnswer()).sdp ?? '';
    return prepareOffer(own.replace(/^a=setup:\w+\r$/gm, 'a=setup:actpass\r'));
  }

  readonly #handleState = (): void => {
    const state = this.pc.connectionState;
    if (this.closed || state === this.#state || state === 'closed') return;
    this.#state = state;
    this.#reportState(state);
  };

  #reportState(state: MediaConnectionState): void {
    try {
      this.#options.handlers.onConnectionState(state);
    } catch (error) {
      this.#options.logger.error(`failed to handle state ${state}`, error);
    }
  }
}

const closedError = (): TureenError => new TureenError('closed', 'the connection is closed');

const same = (sdp: string): string => sdp;
const unaligned = (sdp: string) => ({ sdp, isReversed: false });

/** Returns the ICE credentials of the first section. */
const credentialsOf = (sdp: string): string => /^a=ice-ufrag:.*/m.exec(sdp)?.[0].trim() ?? '';
