import {
  readIceParameters,
  readJoinResponse,
  readRouterRtpCapabilities,
  readTransport,
  writeClientMessage,
} from '@tureen/protocol/mediasoup-v3';
import type { ClientData, ClientMethod, JoinResponse, Variant } from '@tureen/protocol/mediasoup-v3';
import type { Written } from '@tureen/protocol/common';
import { FakeMediaStreamTrack } from 'fake-mediastreamtrack';
import { Device, FakeHandler, testFakeParameters } from 'mediasoup-client';
import type { types } from 'mediasoup-client';
import type { MemoryConnection } from './MemoryConnection.ts';

const sctpCapabilities = { numStreams: { OS: 1024, MIS: 1024 } };

export interface JoinTestOptions {
  readonly displayName?: string;
  readonly appData?: Record<string, unknown>;
  /** Whether the client receives media. Default true. */
  readonly consume?: boolean;
  /** Whether the client announces that it can resume. Default false. */
  readonly canResume?: boolean;
  /** Whether video may flow before the client accepts a consumer. Default false. */
  readonly earlyMedia?: boolean;
  readonly resumeToken?: string | undefined;
  readonly holds?: Partial<V3Holds>;
}

/** IDs of the entities that the client still has. */
export interface V3Holds {
  readonly producers: string[];
  readonly consumers: string[];
  readonly dataProducers: string[];
  readonly dataConsumers: string[];
}

export const nothingHeld: V3Holds = { producers: [], consumers: [], dataProducers: [], dataConsumers: [] };

/** Client of the dialect, in either variant: mediasoup-client with its fake browser, over a connection in memory. */
export class V3Client {
  /** Current connection. */
  connection: MemoryConnection;
  readonly variant: Variant;
  readonly device = new Device({ handlerFactory: FakeHandler.createFactory(testFakeParameters) });
  sendTransport: types.Transport | undefined;
  recvTransport: types.Transport | undefined;

  constructor(connection: MemoryConnection, variant: Variant) {
    this.connection = connection;
    this.variant = variant;
  }

  /**
   * Sends a message as a request or a notification, as in the variant. Resolves with the response; to undefined at once for
   * a notification.
   */
  async sendMessage<Method extends ClientMethod>(method: Method, data: Written<ClientData<Method>>): Promise<unknown> {
    const message = writeClientMessage(method, data, this.variant);
    if (message.kind === 'request') return this.connection.sendRequest(message.method, message.data);
    this.connection.sendNotification(message.method, message.data);
    return undefined;
  }

  async loadDevice(): Promise<void> {
    const routerRtpCapabilities = value(
      readRouterRtpCapabilities(await this.sendMessage('getRouterRtpCapabilities', undefined)),
    );
    await this.device.load({ routerRtpCapabilities: routerRtpCapabilities as types.RtpCapabilities });
  }

  async createTransport(direction: 'send' | 'recv'): Promise<types.Transport> {
    const answer = await this.sendMessage('createWebRtcTransport', {
      producing: direction === 'send',
      consuming: direction === 'recv',
      forceTcp: false,
      sctpCapabilities,
    });
    const remote = value(readTransport(answer)) as types.TransportOptions;
    const transport =
      direction === 'send' ? this.device.createSendTransport(remote) : this.device.createRecvTransport(remote);
    transport.on('connect', ({ dtlsParameters }, callback, errback) => {
      this.sendMessage('connectWebRtcTransport', { transportId: transport.id, dtlsParameters }).then(callback, errback);
    });
    transport.on('produce', ({ kind, rtpParameters, appData }, callback, errback) => {
      this.sendMessage('produce', { transportId: transport.id, kind, rtpParameters, appData }).then((data) => {
        callback({ id: idOf(data, 'producerId') });
      }, errback);
    });
    transport.on('producedata', ({ sctpStreamParameters, label, protocol, appData }, callback, errback) => {
      const streamId = sctpStreamParameters.streamId ?? 0;
      this.sendMessage('produceData', {
        transportId: transport.id,
        sctpStreamParameters: { ...sctpStreamParameters, streamId },
        label: label ?? '',
        protocol: protocol ?? '',
        appData,
      }).then((data) => {
        callback({ id: idOf(data, 'dataProducerId') });
      }, errback);
    });
    if (direction === 'send') this.sendTransport = transport;
    else this.recvTransport = transport;
    return transport;
  }

  async join(options: JoinTestOptions = {}): Promise<JoinResponse> {
    const { displayName, appData, consume = true, canResume = false, earlyMedia = false, resumeToken, holds } = options;
    const extensions = [...(canResume ? ['resumeToken' as const] : []), ...(earlyMedia ? ['earlyMedia' as const] : [])];
    const answer = await this.sendMessage('join', {
      displayName,
      device: { flag: 'test', name: 'Test', version: '1' },
      ...(consume ? { rtpCapabilities: this.device.recvRtpCapabilities, sctpCapabilities } : {}),
      ...(appData === undefined ? {} : { appData }),
      ...(extensions.length > 0 ? { extensions } : {}),
      ...(resumeToken === undefined ? {} : { resumeToken, holds: { ...nothingHeld, ...holds } }),
    });
    return value(readJoinResponse(answer));
  }

  /** Performs all steps of a client up to the join. */
  async enter(options: JoinTestOptions = {}): Promise<JoinResponse> {
    await this.loadDevice();
    await this.createTransport('send');
    await this.createTransport('recv');
    return this.join(options);
  }

  /** Resumes on that connection, with the entities that the client still has. */
  async resume(
    connection: MemoryConnection,
    resumeToken: string | undefined,
    holds: Partial<V3Holds> = {},
    options: JoinTestOptions = {},
  ): Promise<JoinResponse> {
    this.connection = connection;
    return this.join({ ...options, canResume: true, resumeToken: resumeToken ?? '', holds });
  }

  /** Sends a track; `encodings` with rids make it simulcast. */
  async produce(kind: 'audio' | 'video', options: Partial<types.ProducerOptions> = {}): Promise<types.Producer> {
    if (this.sendTransport === undefined) throw new Error('no send transport');
    return this.sendTransport.produce({ track: new FakeMediaStreamTrack({ kind }), ...options });
  }

  async produceData(label = 'chat'): Promise<types.DataProducer> {
    if (this.sendTransport === undefined) throw new Error('no send transport');
    return this.sendTransport.produceData({ label, protocol: 'p' });
  }

  async restartIce(transportId: string) {
    return value(readIceParameters(await this.sendMessage('restartIce', { transportId })));
  }
}

/** Returns the ID in a response, under either name. */
export function idOf(answer: unknown, name: string): string {
  const { id, [name]: other } = answer as Record<string, string | undefined>;
  const found = id ?? other;
  if (found === undefined) throw new Error(`no ${name} in the answer`);
  return found;
}

function value<T>(result: { ok: true; value: T } | { ok: false; issue: { path: string; message: string } }): T {
  if (!result.ok) throw new Error(`${result.issue.path}: ${result.issue.message}`);
  return result.value;
}
