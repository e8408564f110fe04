import type { IceParameters } from '@tureen/protocol/common';

import { TureenError } from '../../shared/errors.ts';
import { checkIceParameters } from '../checks.ts';
import type { MediaConnectionState, MediaTransport, TransportDescription, TransportHandlers } from '../MediaEngine.ts';
import { CancellationScope } from '../CancellationScope.ts';
import type { FakeOperation, FakeScript } from './FakeScript.ts';
import { fakeDtlsParameters } from './fakeParameters.ts';

export interface FakeTransportContext {
  readonly script: FakeScript;
  /** Whether a transport is connected once the server has its DTLS parameters. */
  readonly autoConnect: boolean;
  readonly onClosed: (transport: FakeTransport) => void;
}

/** Common part of both directions: calls run in order, the first connects, and its failure breaks the transport. */
export class FakeTransport implements MediaTransport {
  readonly id: string;
  readonly description: TransportDescription;
  /** ICE parameters of each `restartIce`. */
  readonly iceRestarts: IceParameters[] = [];
  /** Result of `getStats()`, for a test to set. */
  stats: RTCStatsReport = new Map() as RTCStatsReport;

  readonly #handlers: TransportHandlers;
  readonly #context: FakeTransportContext;
  readonly #pending = new CancellationScope();
  #state: MediaConnectionState = 'new';
  #connecting: Promise<void> | undefined;
  #broken = false;
  #queue: Promise<unknown> = Promise.resolve();

  constructor(description: TransportDescription, handlers: TransportHandlers, context: FakeTransportContext) {
    this.id = description.id;
    this.description = description;
    this.#handlers = handlers;
    this.#context = context;
  }

  get connectionState(): MediaConnectionState {
    return this.#state;
  }

  get closed(): boolean {
    return this.#state === 'closed';
  }

  /** Number of pending calls. */
  get waiting(): number {
    return this.#pending.size;
  }

  /** Sets the state as ICE or DTLS would, and reports it to the owner. */
  setConnectionState(state: Exclude<MediaConnectionState, 'closed'>): void {
    if (this.closed || this.#state === state) return;
    this.#state = state;
    if (state === 'connected') this.handleConnected();
    this.#handlers.onConnectionState(state);
  }

  async connect(): Promise<void> {
    if (this.description.sctpParameters === undefined) return;
    this.assertUsable();
    await this.#connect();
  }

  async restartIce(iceParameters: IceParameters): Promise<void> {
    this.assertUsable();
    checkIceParameters(iceParameters);
    return this.enqueue('restartIce', async () => {
      this.iceRestarts.push(iceParameters);
    });
  }

  async getStats(): Promise<RTCStatsReport> {
    if (this.closed) throw this.closedError();
    return this.stats;
  }

  close(): void {
    if (this.closed) return;
    this.#state = 'closed';
    this.#pending.close(this.closedError());
    this.closeChildren();
    this.#context.onClosed(this);
  }

  /** Runs `work` after earlier calls, through the script, and once connected if `connects`. */
  protected enqueue<T>(
    operation: FakeOperation,
    work: () => Promise<T>,
    options: { connects?: boolean; onLate?: (value: T) => void } = {},
  ): Promise<T> {
    if (this.closed) return Promise.reject(this.closedError());
    const run = this.#queue.then(async () => {
      this.assertUsable();
      if (options.connects === true) await this.#connect();
      await this.#context.script.step(operation);
      this.assertUsable();
      return work();
    });
    this.#queue = run.catch(() => {});
    return this.#pending.run(run, options.onLate);
  }

  protected closedError(): TureenError {
    return new TureenError('closed', `transport ${this.id} is closed`);
  }

  protected handleConnected(): void {}

  protected closeChildren(): void {}

  async #connect(): Promise<void> {
    this.#connecting ??= this.#connectOnce();
    await this.#connecting;
    this.assertUsable();
  }

  async #connectOnce(): Promise<void> {
    this.setConnectionState('connecting');
    try {
      await this.#context.script.step('connect');
      await this.#handlers.onConnect(fakeDtlsParameters());
    } catch (error) {
      this.#broken = true;
      this.setConnectionState('failed');
      throw error;
    }
    if (this.#context.autoConnect) this.setConnectionState('connected');
  }

  protected assertUsable(): void {
    if (this.closed) throw this.closedError();
    if (this.#broken)
      throw new TureenError('mediaFailed', `transport ${this.id} has failed`, {
        hint: 'Create a new transport.',
        retryable: true,
      });
  }
}
