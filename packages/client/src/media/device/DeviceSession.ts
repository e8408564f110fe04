import { isCname, randomCname, type RtpCapabilities, type RtpParameters } from '@tureen/protocol/common';
import type { types } from 'mediasoup-client';
import type { Clock } from '@tureen/kernel';

import { TureenError } from '../../shared/errors.ts';
import { omitUndefined } from '../../shared/omitUndefined.ts';
import type { Logger } from '../../shared/logger.ts';
import type {
  LoadedCapabilities,
  MediaSession,
  SendTransportHandlers,
  TransportDescription,
  TransportHandlers,
} from '../MediaEngine.ts';
import { checkTransport } from '../checks.ts';
import { withUsableIceServers } from '../iceServers.ts';
import { CancellationScope } from '../CancellationScope.ts';
import { checkRouterCapabilities } from './checks.ts';
import { DeviceRecvTransport } from './DeviceRecvTransport.ts';
import { DeviceSendTransport } from './DeviceSendTransport.ts';
import type { DeviceTransport, DeviceTransportContext } from './DeviceTransport.ts';
import { layerSupportOf } from './layerSupport.ts';
import { Device, canReceive } from './mediasoupClient.ts';
import { type AheadFactory, aheadFactory } from './aheadFactory.ts';
import { toMediaError } from './vendorErrors.ts';

export interface DeviceSessionOptions {
  readonly handlerName: types.BuiltinHandlerName | undefined;
  readonly handlerFactory: types.HandlerFactory | undefined;
  readonly additionalSettings: Partial<RTCConfiguration> | undefined;
  readonly iceTransportPolicy: RTCIceTransportPolicy | undefined;
  readonly answerTimeoutMs: number;
  readonly clock: Clock;
  readonly logger: Logger;
}

/** Media of one attempt to join: a Device, loaded once, and its transports. */
export class DeviceSession implements MediaSession {
  readonly #options: DeviceSessionOptions;
  readonly #context: DeviceTransportContext;
  readonly #pending = new CancellationScope();
  readonly #transports = new Set<DeviceTransport>();
  readonly #handlerFactory: AheadFactory | undefined;
  readonly #cancelAhead: () => void;
  #certificate: RTCCertificate | undefined;
  #isLoading = false;
  #device: Device | undefined;
  #cname: string | undefined;
  #closed = false;

  constructor(options: DeviceSessionOptions) {
    this.#options = options;
    this.#context = {
      clock: options.clock,
      logger: options.logger,
      answerTimeoutMs: options.answerTimeoutMs,
      onClosed: (transport) => this.#transports.delete(transport),
    };
    this.#handlerFactory = aheadFactory(options);
    // In the next task: the first connection of a page blocks it for a while, and the socket of the session is to open meanwhile.
    this.#cancelAhead = options.clock.after(0, () => {
      this.#handlerFactory?.readAhead();
      // Both transports would wait for their own.
      globalThis.RTCPeerConnection?.generateCertificate?.(certificateKey).then(
        (certificate) => {
          this.#certificate = certificate;
        },
        () => {},
      );
    });
  }

  get closed(): boolean {
    return this.#closed;
  }

  async load(routerRtpCapabilities: RtpCapabilities): Promise<LoadedCapabilities> {
    this.#assertOpen();
    // mediasoup-client detects a second load only after the first has finished.
    if (this.#isLoading) throw new TureenError('invalidState', 'capabilities are loaded already');
    this.#isLoading = true;
    checkRouterCapabilities(routerRtpCapabilities);
    const device = await this.#pending.run(this.#loadDevice(routerRtpCapabilities));
    this.#device = device;
    return {
      recvRtpCapabilities: structuredClone(device.recvRtpCapabilities),
      // mediasoup-client no longer sends these; stock servers still require them in the join.
      sctpCapabilities: { numStreams: { OS: 1024, MIS: 1024 } },
      canSend: { audio: device.canProduce('audio'), video: device.canProduce('video') },
    };
  }

  canReceive(rtpParameters: RtpParameters): boolean {
    const device = this.#loaded();
    try {
      return canReceive(structuredClone(rtpParameters) as types.RtpParameters, device.recvRtpCapabilities);
    } catch {
      return false;
    }
  }

  createSendTransport(description: TransportDescription, handlers: SendTransportHandlers): DeviceSendTransport {
    const device = this.#loaded();
    const transport = new DeviceSendTransport(
      this.#create(description, (options) => device.createSendTransport(options)),
      handlers,
      {
        ...this.#context,
        sendCodecs: device.sendRtpCapabilities.codecs ?? [],
        layers: layerSupportOf(device),
        hasSctp: description.sctpParameters !== undefined,
        // All producers of a session share one CNAME: the browser's own where its first offer has it. Chromium's offer has none
        // for simulcast, and nothing else reveals it.
        cname: (offered) => (this.#cname ??= isCname(offered) ? offered : randomCname()),
      },
    );
    this.#transports.add(transport);
    return transport;
  }

  createRecvTransport(description: TransportDescription, handlers: TransportHandlers): DeviceRecvTransport {
    const device = this.#loaded();
    const transport = new DeviceRecvTransport(
      this.#create(description, (options) => device.createRecvTransport(options)),
      handlers,
      {
        ...this.#context,
        canReceive: (rtpParameters) => this.canReceive(rtpParameters),
        hasSctp: description.sctpParameters !== undefined,
        unusedStreamId: lastStreamOf(description),
        rehearse: async (work) => {
          // Without candidates no packet reaches the server.
          const vendor = this.#create({ ...description, iceCandidates: [] }, (options) =>
            device.createRecvTransport(options),
          );
          vendor.on('connect', (_, callback) => {
            callback();
          });
          try {
            await this.#pending.run(work(vendor));
            return true;
          } catch {
            return false;
          } finally {
            vendor.close();
          }
        },
      },
    );
    this.#transports.add(transport);
    return transport;
  }

  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    this.#cancelAhead();
    this.#pending.close(new TureenError('closed', 'the media session is closed'));
    for (const transport of [...this.#transports]) transport.close();
  }

  async #loadDevice(routerRtpCapabilities: RtpCapabilities): Promise<Device> {
    const handlerFactory = this.#handlerFactory;
    if (handlerFactory === undefined)
      throw new TureenError('unsupportedBrowser', 'no supported WebRTC', {
        hint: 'Use a current Chromium, Firefox or Safari.',
      });
    const device = new Device({ handlerFactory });
    try {
      await device.load({ routerRtpCapabilities: routerRtpCapabilities as types.RtpCapabilities });
    } catch (error) {
      throw toMediaError(error, 'load');
    }
    if ((device.recvRtpCapabilities.codecs ?? []).length === 0)
      throw new TureenError('unsupportedCodec', 'this browser and the router have no codec in common');
    return device;
  }

  #create(description: TransportDescription, create: (options: types.TransportOptions) => types.Transport) {
    checkTransport(description);
    const { iceTransportPolicy } = this.#options;
    const certificates = this.#certificates;
    const additionalSettings = { ...(certificates && { certificates }), ...this.#options.additionalSettings };
    const { id, iceParameters, iceCandidates, dtlsParameters, sctpParameters, iceServers } = description;
    // Settings of the app override those of the server, as in mediasoup-client.
    const configuration = { iceServers, iceTransportPolicy, ...additionalSettings, logger: this.#options.logger };
    try {
      return withUsableIceServers(configuration, (usable) =>
        create(
          omitUndefined({
            // Copies the objects of the caller, which mediasoup-client may change.
            ...structuredClone({ id, iceParameters, iceCandidates: [...iceCandidates], dtlsParameters }),
            sctpParameters,
            iceServers: usable,
            iceTransportPolicy,
            additionalSettings:
              additionalSettings.iceServers === undefined
                ? additionalSettings
                : { ...additionalSettings, ...omitUndefined({ iceServers: usable }) },
          }),
        ),
      );
    } catch (error) {
      throw toMediaError(error, 'transport');
    }
  }

  /** Certificate of the session, while it is valid: a session may last longer. */
  get #certificates(): [RTCCertificate] | undefined {
    const certificate = this.#certificate;
    return certificate !== undefined && certificate.expires > Date.now() ? [certificate] : undefined;
  }

  #loaded(): Device {
    this.#assertOpen();
    if (this.#device === undefined) throw new TureenError('invalidState', 'capabilities are not loaded');
    return this.#device;
  }

  #assertOpen(): void {
    if (this.#closed) throw new TureenError('closed', 'the media session is closed');
  }
}

/** Key that browsers use by default. */
const certificateKey: EcKeyGenParams = { name: 'ECDSA', namedCurve: 'P-256' };

/** Number of streams of browsers, and of servers by default. */
const maxStreams = 1024;

/**
 * Returns the highest stream ID: servers assign the lowest ones first. Undefined where the server has fewer streams, which it
 * may all assign.
 */
function lastStreamOf({ sctpParameters }: TransportDescription): number | undefined {
  if (sctpParameters === undefined) return undefined;
  const { OS = maxStreams, MIS = maxStreams } = sctpParameters;
  return OS < maxStreams || MIS < maxStreams ? undefined : maxStreams - 1;
}
