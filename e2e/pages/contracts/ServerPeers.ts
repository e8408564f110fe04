import type { MediaEngineWorld } from '@tureen/client/contracts';
import * as protoo from 'protoo-client';

type Description = Awaited<ReturnType<MediaEngineWorld['createTransport']>>;
type Offer = Awaited<ReturnType<MediaEngineWorld['offerOf']>>;
type DataOffer = Awaited<ReturnType<MediaEngineWorld['dataOfferOf']>>;

/**
 * A sending and a receiving mediasoup-v3 peer without media, in a room on the reference server: the server side of a contract's world.
 */
export class ServerPeers implements Omit<MediaEngineWorld, 'engine' | 'track'> {
  readonly #sender: Peer;
  readonly #receiver: Peer;
  readonly #owners = new Map<string, Peer>();
  readonly #offers = new Book<Offer>();
  readonly #dataOffers = new Book<DataOffer>();

  constructor(url: string, roomId: string) {
    const receive = (method: string, data: unknown) => {
      if (method === 'newConsumer') this.#offers.put((data as Offer).producerId, data as Offer);
      if (method === 'newDataConsumer') this.#dataOffers.put((data as DataOffer).dataProducerId, data as DataOffer);
    };
    this.#sender = new Peer(`${url}?roomId=${roomId}&peerId=sender`, () => {});
    this.#receiver = new Peer(`${url}?roomId=${roomId}&peerId=receiver`, receive);
  }

  routerRtpCapabilities() {
    return this.#sender.ask('getRouterRtpCapabilities') as ReturnType<MediaEngineWorld['routerRtpCapabilities']>;
  }

  async createTransport(direction: 'send' | 'recv'): Promise<Description> {
    const peer = direction === 'send' ? this.#sender : this.#receiver;
    const description = (await peer.ask('createWebRtcTransport', {
      forceTcp: false,
      producing: direction === 'send',
      consuming: direction === 'recv',
      sctpCapabilities: { numStreams: { OS: 1024, MIS: 1024 } },
    })) as Awaited<ReturnType<MediaEngineWorld['createTransport']>>;
    this.#owners.set(description.id, peer);
    return description;
  }

  async connect(transportId: string, dtlsParameters: unknown): Promise<void> {
    await this.#owners.get(transportId)!.ask('connectWebRtcTransport', { transportId, dtlsParameters });
  }

  produce(transportId: string, request: object): Promise<string> {
    return this.#announce('produce', transportId, request);
  }

  produceData(transportId: string, request: object): Promise<string> {
    return this.#announce('produceData', transportId, request);
  }

  async offerOf(producerId: string, rtpCapabilities: unknown): Promise<Offer> {
    await this.#receiver.join(rtpCapabilities);
    return this.#offers.take(producerId);
  }

  async dataOfferOf(dataProducerId: string, rtpCapabilities: unknown): Promise<DataOffer> {
    await this.#receiver.join(rtpCapabilities);
    return this.#dataOffers.take(dataProducerId);
  }

  async close(): Promise<void> {
    await Promise.all([this.#sender.close(), this.#receiver.close()]);
  }

  async #announce(method: string, transportId: string, request: object): Promise<string> {
    await this.#sender.join(undefined);
    return ((await this.#sender.ask(method, { transportId, ...request })) as { id: string }).id;
  }
}

/** A connection that has joined. */
class Peer {
  readonly #url: string;
  readonly #onRequest: (method: string, data: unknown) => void;
  #opening: Promise<protoo.Peer> | undefined;
  #joined: Promise<unknown> | undefined;

  constructor(url: string, onRequest: (method: string, data: unknown) => void) {
    this.#url = url;
    this.#onRequest = onRequest;
  }

  async ask(method: string, data: object = {}): Promise<unknown> {
    this.#opening ??= this.#open();
    return (await this.#opening).request(method, data);
  }

  join(rtpCapabilities: unknown): Promise<unknown> {
    this.#joined ??= this.ask('join', {
      displayName: 'contract',
      device: { flag: 'contract', name: 'contract', version: '1' },
      rtpCapabilities,
      sctpCapabilities: { numStreams: { OS: 1024, MIS: 1024 } },
    });
    return this.#joined;
  }

  async close(): Promise<void> {
    (await this.#opening)?.close();
  }

  #open(): Promise<protoo.Peer> {
    const peer = new protoo.Peer(new protoo.WebSocketTransport(this.#url));
    peer.on('request', ({ method, data }, accept) => {
      accept();
      this.#onRequest(method, data);
    });
    return new Promise((resolve) => {
      peer.on('open', () => {
        resolve(peer);
      });
    });
  }
}

/** Values by key. A reader may come before its value. */
class Book<Value> {
  readonly #entries = new Map<string, PromiseWithResolvers<Value>>();

  put(key: string, value: Value): void {
    this.#entry(key).resolve(value);
  }

  take(key: string): Promise<Value> {
    return this.#entry(key).promise;
  }

  #entry(key: string): PromiseWithResolvers<Value> {
    const entry = this.#entries.get(key) ?? Promise.withResolvers<Value>();
    this.#entries.set(key, entry);
    return entry;
  }
}
