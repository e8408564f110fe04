import type { RtpCapabilities, RtpParameters } from '@tureen/protocol/common';

import { TureenError } from '../../shared/errors.ts';
import { check, checkCapabilities, checkTransport } from '../checks.ts';
import type {
  LoadedCapabilities,
  MediaSession,
  SendTransportHandlers,
  TransportDescription,
  TransportHandlers,
} from '../MediaEngine.ts';
import { CancellationScope } from '../CancellationScope.ts';
import type { FakeSessionOptions } from './FakeMedia.ts';
import { FakeRecvTransport } from './FakeRecvTransport.ts';
import { FakeSendTransport } from './FakeSendTransport.ts';
import type { FakeTransport, FakeTransportContext } from './FakeTransport.ts';
import { fakeCapabilities, hasKind } from './fakeParameters.ts';
import { newest } from './newest.ts';

/** Session of a {@link FakeEngine}, without media. */
export class FakeSession implements MediaSession {
  /** Open send transports, oldest first. */
  readonly sendTransports = new Set<FakeSendTransport>();
  /** Open receive transports, oldest first. */
  readonly recvTransports = new Set<FakeRecvTransport>();

  readonly #options: FakeSessionOptions<FakeSession>;
  readonly #context: FakeTransportContext;
  readonly #pending = new CancellationScope();
  #isLoading = false;
  #capabilities: RtpCapabilities | undefined;
  #closed = false;

  constructor(options: FakeSessionOptions<FakeSession>) {
    this.#options = options;
    this.#context = {
      script: options.script,
      autoConnect: options.autoConnect,
      onClosed: (transport: FakeTransport) => {
        this.sendTransports.delete(transport as FakeSendTransport);
        this.recvTransports.delete(transport as FakeRecvTransport);
      },
    };
  }

  get closed(): boolean {
    return this.#closed;
  }

  /** Newest open send transport. Throws without one. */
  get sendTransport(): FakeSendTransport {
    return newest(this.sendTransports, 'send transport');
  }

  /** Newest open receive transport. Throws without one. */
  get recvTransport(): FakeRecvTransport {
    return newest(this.recvTransports, 'receive transport');
  }

  /** Number of pending calls. */
  get waiting(): number {
    let waiting = this.#pending.size;
    for (const transport of [...this.sendTransports, ...this.recvTransports]) waiting += transport.waiting;
    for (const transport of this.sendTransports)
      for (const producer of transport.producers) waiting += producer.waiting;
    return waiting;
  }

  async load(routerRtpCapabilities: RtpCapabilities): Promise<LoadedCapabilities> {
    if (this.#closed) throw new TureenError('closed', 'the media session is closed');
    if (this.#isLoading) throw new TureenError('invalidState', 'capabilities are loaded already');
    this.#isLoading = true;
    return this.#pending.run(this.#load(routerRtpCapabilities));
  }

  canReceive(rtpParameters: RtpParameters): boolean {
    const known = new Set((this.#loaded().codecs ?? []).map((codec) => codec.mimeType.toLowerCase()));
    const first = rtpParameters.codecs[0];
    return first !== undefined && known.has(first.mimeType.toLowerCase());
  }

  createSendTransport(description: TransportDescription, handlers: SendTransportHandlers): FakeSendTransport {
    const capabilities = this.#loaded();
    checkTransport(description);
    const transport = new FakeSendTransport(description, handlers, this.#context, capabilities);
    this.sendTransports.add(transport);
    return transport;
  }

  createRecvTransport(description: TransportDescription, handlers: TransportHandlers): FakeRecvTransport {
    this.#loaded();
    checkTransport(description);
    const transport = new FakeRecvTransport(description, handlers, this.#context, (options) =>
      this.canReceive(options.rtpParameters),
    );
    this.recvTransports.add(transport);
    return transport;
  }

  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    this.#pending.close(new TureenError('closed', 'the media session is closed'));
    for (const transport of [...this.sendTransports, ...this.recvTransports]) transport.close();
    this.#options.onClosed(this);
  }

  async #load(routerRtpCapabilities: RtpCapabilities): Promise<LoadedCapabilities> {
    check('routerRtpCapabilities', () => {
      checkCapabilities(routerRtpCapabilities);
    });
    await this.#options.script.step('load');
    const capabilities = fakeCapabilities(routerRtpCapabilities, this.#options.mimeTypes);
    if ((capabilities.codecs ?? []).length === 0)
      throw new TureenError('unsupportedCodec', 'no codec in common with the router');
    this.#capabilities = capabilities;
    return {
      recvRtpCapabilities: capabilities,
      sctpCapabilities: { numStreams: { OS: 1024, MIS: 1024 } },
      canSend: { audio: hasKind(capabilities, 'audio'), video: hasKind(capabilities, 'video') },
    };
  }

  #loaded(): RtpCapabilities {
    if (this.#closed) throw new TureenError('closed', 'the media session is closed');
    if (this.#capabilities === undefined) throw new TureenError('invalidState', 'capabilities are not loaded');
    return this.#capabilities;
  }
}
