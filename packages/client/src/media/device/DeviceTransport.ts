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
  /** Time in ms within which the server must respond to connect and produce. */
  readonly answerTimeoutMs: number;
  readonly onClosed: (transport: DeviceTransport) => void;
}

/**
 * Common part of the transports over mediasoup-client: the request to connect, and the state. mediasoup-client cannot roll back:
 * a failure leaves its SDP half changed. Such a transport is broken: it reports `failed` and rejects all further calls, and the
 * owner creates a new one.
 */
export class DeviceTransport implements MediaTransport {
  readonly id: string;
  protected readonly callbacks: TransportCallbacks;
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
    this.callbacks = new TransportCallbacks(context.clock, context.answerTimeoutMs);
    this.#vendor = vendor;
    this.#handlers = handlers;
    this.#onClosed = context.onClosed;
    this.#state = vendor.connectionState;
    vendor.on('connect', ({ dtlsParameters }, callback, errback) => {
      this.callbacks
        .request('connect', () => handlers.onConnect(dtlsParameters))
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
    this.callbacks.close(error);
    this.#vendor.close();
    this.#onClosed(this);
  }

  /**
   * Awaits a call of mediasoup-client. A failure breaks the transport, unless the error is a TureenError: a refusal of the
   * server. Other calls that fail with the broken transport are retryable. A value that arrives after `close` goes to `onLate`.
   */
  protected async perform<T>(what: string, work: () => Promise<T>, onLate?: (value: T) => void): Promise<T> {
    try {
      return await this.#pending.run(work(), onLate);
    } catch (error) {
      // Only the first failed call caused the failure.
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
        hint: 'Create a new transport.',
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
      // mediasoup-client is the caller, and must not get the error.
      this.logger.error(`failed to handle state ${state}`, error);
    }
  }
}
