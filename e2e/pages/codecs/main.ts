import {
  type Consumer,
  type ProducerEncoding,
  ProtooTransport,
  Room,
  TureenError,
  mediasoupV3,
  pushPull,
} from '@tureen/client';
import type { ConnectOptions, ProtooFrame, TransportConnection } from '@tureen/client/ports';

import { FrameTimes } from '../room/FrameTimes.ts';
import { movingPicture } from '../room/sources.ts';

export interface CodecJoin {
  readonly url: string;
  readonly roomId: string;
  readonly peerId: string;
  readonly dialect: 'mediasoup-v3' | 'push-pull';
  /** Makes the client assume that the server forwards the dependency descriptor, so that it sends spatial layers of AV1. */
  readonly believes?: boolean;
}

export interface CodecSending {
  readonly codec?: string;
  readonly encodings?: readonly ProducerEncoding[];
}

/** Media that a receiver has decoded so far. */
export interface Seen {
  readonly frames: number;
  /** In pixels. */
  readonly width: number;
  /** Position of the media element in seconds. */
  readonly currentTime: number;
  /** Codec as named by the browser. Empty if the browser names none. */
  readonly codec: string;
}

/** Changes the router's dependency descriptor to both directions. */
class BelievingTransport extends ProtooTransport {
  override connect(options: ConnectOptions): Promise<TransportConnection> {
    const toTwoWays = (packet: ProtooFrame) =>
      JSON.parse(
        JSON.stringify(packet).replace(/(dependency-descriptor[^}]*"direction":")recvonly/g, '$1sendrecv'),
      ) as ProtooFrame;
    return super.connect({
      ...options,
      onFrame: (packet) => {
        options.onFrame(toTwoWays(packet));
      },
    });
  }
}

/**
 * One end of the codec table. A sender counts the frames that it draws. They limit how long a receiver may take, whatever the load of the
 * machine.
 */
class CodecPage {
  #room: Room | undefined;
  readonly #times = new FrameTimes();
  #drawing: Promise<MediaStreamTrack> | undefined;
  #arrival = Promise.withResolvers<Consumer | 'unsupported'>();
  #video: HTMLVideoElement | undefined;

  async join({ url, roomId, peerId, dialect, believes = false }: CodecJoin): Promise<void> {
    this.#arrival = Promise.withResolvers();
    const room = new Room({
      roomId,
      peerId,
      dialect: dialect === 'push-pull' ? pushPull() : mediasoupV3(),
      transport: believes ? new BelievingTransport({ url }) : new ProtooTransport({ url }),
    });
    this.#room = room;
    room.on('newConsumer', ({ consumer }) => {
      this.#video = consumer.attach<HTMLVideoElement>();
      document.querySelector('section')!.replaceChildren(this.#video);
      this.#times.follow(consumer.id, this.#video);
      this.#arrival.resolve(consumer);
    });
    room.on('consumerUnsupported', () => {
      this.#arrival.resolve('unsupported');
    });
    await room.join();
  }

  async leave(): Promise<void> {
    await this.#room?.leave();
  }

  /** Sends a drawn picture. Resolves to `sent`, or to the code of the error. */
  async send(sending: CodecSending): Promise<string> {
    this.#drawing ??= this.#draw();
    const picture = await this.#drawing;
    return this.#outcome(this.#there().produce(picture, { source: 'camera', ...sending }));
  }

  /** Sends the browser's camera with the defaults of `enableCamera`. */
  async sendCamera(codec: string): Promise<string> {
    // Drawing measures the time here too.
    this.#drawing ??= this.#draw();
    await this.#drawing;
    return this.#outcome(this.#there().enableCamera({ codec }));
  }

  /** Resolves after more frames of the sender's drawing. */
  drawn(count: number): Promise<void> {
    return this.#times.next('own', count);
  }

  /** Resolves to `unsupported` if the server has nothing that this browser decodes. */
  async arrives(): Promise<'consumed' | 'unsupported'> {
    const arrived = await this.#arrival.promise;
    return arrived === 'unsupported' ? arrived : 'consumed';
  }

  /** Resolves after more frames on the screen. */
  async shows(count: number): Promise<void> {
    await this.#times.next((await this.#consumer()).id, count);
  }

  /** Prefers layers. Resolves when the server sends them. */
  async switchTo(wanted: { spatialLayer: number; temporalLayer?: number | undefined }): Promise<void> {
    const consumer = await this.#consumer();
    const reached = new Promise<void>((resolve) => {
      const look = () => {
        const { currentLayers } = consumer;
        if (currentLayers?.spatialLayer !== wanted.spatialLayer) return;
        if (wanted.temporalLayer === undefined || currentLayers.temporalLayer === wanted.temporalLayer) resolve();
      };
      consumer.on('layersChanged', look);
      look();
    });
    await consumer.setPreferredLayers(wanted);
    await reached;
  }

  async look(): Promise<Seen> {
    const reports = await (await this.#consumer()).getStats();
    const all = [...reports.values()] as Record<string, string | number | undefined>[];
    const inbound = all.find(({ type }) => type === 'inbound-rtp') ?? {};
    const codec = all.find(({ id }) => id !== undefined && id === inbound.codecId);
    return {
      frames: Number(inbound.framesDecoded ?? 0),
      width: Number(inbound.frameWidth ?? 0),
      currentTime: this.#video?.currentTime ?? 0,
      codec: `${codec?.mimeType ?? ''} ${codec?.sdpFmtpLine ?? ''}`.trim(),
    };
  }

  async #outcome(sending: Promise<unknown>): Promise<string> {
    try {
      await sending;
      return 'sent';
    } catch (error) {
      return TureenError.is(error) ? error.code : String(error);
    }
  }

  async #consumer(): Promise<Consumer> {
    const arrived = await this.#arrival.promise;
    if (arrived === 'unsupported') throw new Error('no consumer is supported');
    return arrived;
  }

  #there(): Room {
    if (this.#room === undefined) throw new Error('not joined');
    return this.#room;
  }

  async #draw(): Promise<MediaStreamTrack> {
    const track = movingPicture(960, 540);
    const element = Object.assign(document.createElement('video'), {
      muted: true,
      srcObject: new MediaStream([track]),
    });
    document.body.append(element);
    this.#times.follow('own', element);
    await element.play();
    return track;
  }
}

declare global {
  interface Window {
    codecs: CodecPage;
  }
}

export type { CodecPage };
window.codecs = new CodecPage();
