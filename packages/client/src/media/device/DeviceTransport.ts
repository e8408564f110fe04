import type { IceParameters } from '@tureen/protocol/common';
import type { types } from 'mediasoup-client';
import type { Clock } from '@tureen/kernel';

import { TureenError } from '../../shared/errors.ts';
import type { Logger } from '../../shared/logger.ts';
import { checkIceParameters } from '../checks.ts';
import type { MediaConnectionState, MediaTransport, TransportHandlers } from '../MediaEngine.ts';
import { CancellationScope } from '../CancellationScope.ts';
import { TransportCallbacks } from './TransportCallbacks.ts';
import { isVendorClosed, toMediaError } from './vendorErrors.ts';

export interface DeviceTransportContext {
  readonly clock: Clock;
  readonly logger: Logger;
  /** How long the server may take to answer a connect or a produce, in ms. */
  readonly answerTimeoutMs: number;
  readonly onClosed: (transport: DeviceTransport) => void;
}

/**
 * What both directions share over a transport of mediasoup-client: the connect question, the state, and the rule that
 * mediasoup-client cannot roll back. Whatever fails inside it leaves an SDP half changed, so such a transport is broken: it
 * reports `failed` and refuses all further work, and the owner makes a new one.
 */
export class DeviceTransport implements MediaTransport {
  readonly id: string;
  protected readonly questions: TransportCallbacks;
  protected readonly logger: Logger;

  readonly #vendor: types.Transport;
  readonly #handlers: TransportHandlers;
  readonly #onClosed: (transport: DeviceTransport) => void;
  readonly #pending = new CancellationScope();
  #state: MediaConnectionState;
  #brokenBy: TureenError | undefined;

  constructor(vendor: types.Transport, handlers: TransportHandlers, context: DeviceTransportContext) {
    this.id = vendor.id;
    this.logger = context.logger;
    this.questions = new TransportCallbacks(context.clock, context.answerTimeoutMs);
    this.#vendor = vendor;
    this.#handlers = handlers;
    this.#onClosed = context.onClosed;
    this.#state = vendor.connectionState;
    vendor.on('connect', ({ dtlsParameters }, callback, errback) => {
      this.questions
        .ask('connect', () => handlers.onConnect(dtlsParameters))
        .then(callback, (error: TureenError) => {
          this.breakBy(error);
          errback(error);
        });
    });
    vendor.on('connectionstatechange', (state) => {
      if (this.#brokenBy === undefined) this.#changeState(state);
    });
  }

  get connectionState(): MediaConnectionState {
    return this.#state;
  }

  get closed(): boolean {
    return this.#state === 'closed';
  }

  async restartIce(iceParameters: IceParameters): Promise<void> {
    this.assertUsable();
    checkIceParameters(iceParameters);
    await this.perform('restartIce', () => this.#vendor.restartIce({ iceParameters: { ...iceParameters } }));
  }

  async getStats(): Promise<RTCStatsReport> {
    if (this.closed) throw this.closedError();
    try {
      return await this.#pending.run(this.#vendor.getStats());
    } catch (error) {
      throw toMediaError(error, 'getStats');
    }
  }

  close(): void {
    if (this.closed) return;
    this.#state = 'closed';
    const error = this.closedError();
    this.#pending.close(error);
    this.questions.close(error);
    this.#vendor.close();
    this.#onClosed(this);
  }

  /**
   * Awaits what mediasoup-client does. A failure breaks the transport, unless it is our own (a TureenError: what the server
   * refused). What else fails on it is retryable. What comes after `close` goes to `onLate`.
   */
  protected async perform<T>(what: string, work: () => Promise<T>, onLate?: (value: T) => void): Promise<T> {
    try {
      return await this.#pending.run(work(), onLate);
    } catch (error) {
      // The first failure is of whoever caused it.
      if (!TureenError.is(error)) this.assertUsable();
      const converted = toMediaError(error, what);
      if (!this.closed && !TureenError.is(error) && !isVendorClosed(error)) this.breakBy(converted);
      throw converted;
    }
  }

  protected assertUsable(): void {
    if (this.closed) throw this.closedError();
    if (this.#brokenBy !== undefined)
      throw new TureenError('mediaFailed', `transport ${this.id} is broken`, {
        hint: 'Make a new transport.',
        retryable: true,
        cause: this.#brokenBy,
      });
  }

  protected closedError(): TureenError {
    return new TureenError('closed', `transport ${this.id} is closed`);
  }

  protected breakBy(error: TureenError): void {
    if (this.closed || this.#brokenBy !== undefined) return;
    this.#brokenBy = error;
    this.logger.warn(`transport ${this.id} is broken`, error);
    this.#changeState('failed');
  }

  #changeState(state: MediaConnectionState): void {
    if (this.closed || this.#state === state) return;
    this.#state = state;
    try {
      this.#handlers.onConnectionState(state);
    } catch (error) {
      // What comes after must go on: mediasoup-client waits for it.
      this.logger.error(`the handler of state ${state} failed`, error);
    }
  }
}
