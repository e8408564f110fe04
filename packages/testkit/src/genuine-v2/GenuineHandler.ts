import { testFakeParameters } from 'mediasoup-client';
import { type ClientConsumer, type ClientProducer, genuineClient } from './packages.ts';

const { EnhancedEventEmitter, ortc } = genuineClient.internals;

const dtlsParametersOf = (role: 'server' | 'client') => ({ ...testFakeParameters.generateLocalDtlsParameters(), role });
const ssrc = () => 1 + Math.floor(Math.random() * 0xff_ff_ff_ff);

/**
 * Fake browser below mediasoup-client 2.4.11, in the package's own place for a handler. Makes the same calls at the same times as real
 * handlers, and has the codecs of mediasoup-client 3's fake browser, so that both clients can be compared.
 */
class GenuineHandler extends EnhancedEventEmitter {
  readonly #extended: unknown;
  #isReady = false;
  #nextMid = 0;

  static readonly tag = 'GenuineHandler';

  static getNativeRtpCapabilities(): Promise<object> {
    const { codecs = [], headerExtensions } = testFakeParameters.generateNativeRtpCapabilities();
    return Promise.resolve({
      codecs: codecs.map((codec) => ({ ...codec, name: codec.mimeType.split('/')[1] })),
      headerExtensions,
      fecMechanisms: [],
    });
  }

  constructor(_direction: string, extendedRtpCapabilities: unknown, _settings: object) {
    super();
    this.#extended = extendedRtpCapabilities;
  }

  async addProducer({ kind, simulcast }: ClientProducer): Promise<object> {
    if (!this.#isReady) {
      await this.safeEmitAsPromise('@needcreatetransport', { dtlsParameters: dtlsParametersOf('server') });
      this.#connected();
    }
    const parameters = structuredClone(ortc.getSendingRtpParameters(kind, this.#extended));
    const hasRtx = parameters.codecs.some(({ name }) => name === 'rtx');
    const stream = () => ({ ssrc: ssrc(), ...(hasRtx ? { rtx: { ssrc: ssrc() } } : {}) });
    return {
      ...parameters,
      muxId: String(this.#nextMid++),
      encodings:
        simulcast === false ? [stream()] : ['low', 'medium', 'high'].map((profile) => ({ ...stream(), profile })),
      rtcp: { cname: 'genuine', reducedSize: true, mux: true },
    };
  }

  async removeProducer(_producer: ClientProducer): Promise<void> {}

  async addConsumer({ kind }: ClientConsumer): Promise<object> {
    if (!this.#isReady) {
      await this.safeEmitAsPromise('@needcreatetransport', null);
      this.safeEmit('@needupdatetransport', { dtlsParameters: dtlsParametersOf('client') });
      this.#connected();
    }
    return { kind, enabled: true, stop: () => {} };
  }

  async removeConsumer(_consumer: ClientConsumer): Promise<void> {}

  async restartIce(_iceParameters: object): Promise<void> {}

  remoteClosed(): void {
    this.#isReady = false;
  }

  close(): void {}

  #connected(): void {
    this.#isReady = true;
    this.safeEmit('@connectionstatechange', 'connected');
  }
}

genuineClient.setDeviceHandler(GenuineHandler, { flag: 'fake', name: 'fake', version: '1' });
