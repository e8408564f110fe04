import { TureenError, toTureenError } from '../../shared/errors.ts';
import type { Logger } from '../../shared/logger.ts';
import type { MediaConnectionState } from '../MediaEngine.ts';
import type { PeerConnectionHandlers, SdpExchange } from '../PeerConnectionMedia.ts';
import { PendingWork } from '../PendingWork.ts';
import { normaliseAnswer } from './normaliseAnswer.ts';
import { prepareOffer } from './prepareOffer.ts';

export interface OfferConnectionOptions {
  readonly direction: 'send' | 'recv';
  readonly configuration: RTCConfiguration;
  readonly handlers: PeerConnectionHandlers;
  readonly logger: Logger;
  readonly onClosed: (connection: OfferConnection) => void;
}

/**
 * One RTCPeerConnection with one offer and one answer, never a second: a server of this dialect makes a new session of
 * every offer. What fails, or is closed, is gone for good.
 */
export class OfferConnection {
  readonly direction: 'send' | 'recv';
  readonly pc: RTCPeerConnection;
  /** Called once, when it is closed. */
  onEnd = () => {};

  readonly #options: OfferConnectionOptions;
  readonly #pending = new PendingWork();
  #state: MediaConnectionState = 'new';

  constructor(options: OfferConnectionOptions) {
    this.direction = options.direction;
    this.#options = options;
    try {
      this.pc = new RTCPeerConnection(options.configuration);
    } catch (error) {
      throw toTureenError(
        error,
        typeof RTCPeerConnection === 'undefined' ? 'unsupportedBrowser' : 'mediaFailed',
        'no connection',
      );
    }
    this.pc.addEventListener('connectionstatechange', () => {
      this.#changeState(this.pc.connectionState);
    });
  }

  get closed(): boolean {
    return this.#state === 'closed';
  }

  /**
   * Makes the offer, has it answered, takes the answer. `align` changes what the browser itself goes by, `finish` the
   * answer.
   */
  async negotiate(
    exchange: SdpExchange,
    { align = same, finish = same }: { align?: (offer: string) => string; finish?: (answer: string) => string },
  ): Promise<void> {
    const { pc } = this;
    await this.perform('the offer', async () => {
      const sdp = align((await pc.createOffer()).sdp ?? '');
      await pc.setLocalDescription({ type: 'offer', sdp });
      if (this.closed) return;
      const offer = prepareOffer(sdp);
      const answer = await exchange(offer);
      // A closed connection leaves this unsettled.
      if (!this.closed) await pc.setRemoteDescription({ type: 'answer', sdp: finish(normaliseAnswer(answer, offer)) });
    });
  }

  /** Awaits what `work` does, or the end. A failure closes the connection. */
  async perform<T>(what: string, work: () => Promise<T>): Promise<T> {
    try {
      return await this.#pending.run(work());
    } catch (error) {
      this.close();
      throw toTureenError(error, 'mediaFailed', what);
    }
  }

  /** Null of one that is closed. */
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
    this.pc.close();
    this.onEnd();
    this.#options.onClosed(this);
  }

  #changeState(state: MediaConnectionState): void {
    if (this.closed || state === this.#state || state === 'closed') return;
    this.#state = state;
    try {
      this.#options.handlers.onConnectionState(state);
    } catch (error) {
      this.#options.logger.error(`the handler of state ${state} failed`, error);
    }
  }
}

const closedError = (): TureenError => new TureenError('closed', 'the connection is closed');

const same = (sdp: string): string => sdp;
