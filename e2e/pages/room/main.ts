import {
  type Consumer,
  type Dialect,
  type Producer,
  ProtooTransport,
  Room,
  type RoomEvents,
  TureenError,
  mediasoupV2,
  mediasoupV2Alpha,
  mediasoupV2Beta,
  mediasoupV3,
  pushPull,
  roomEventNames,
} from '@tureen/client';
import type { DialectName } from '../../dialects.ts';
import { FrameTimes } from './FrameTimes.ts';
import { movingPicture, tone, watchHues } from './sources.ts';

/**
 * Page of one peer. Shows all events as text, for people and specs. Specs act through `window.peer`.
 */
const byTestId = (id: string) => document.querySelector<HTMLElement>(`[data-testid="${id}"]`)!;

export interface JoinRequest {
  readonly serverUrl: string;
  readonly roomId: string;
  readonly peerId: string;
  readonly displayName?: string;
  readonly consume?: 'auto' | 'manual';
  /** Default: mediasoup-v3. */
  readonly dialect?: DialectName;
  readonly variant?: 'classic' | 'notify';
  /** Only for push-pull. */
  readonly profile?: 'rtcpilot';
  /** Only for push-pull. In other dialects the server sends them. */
  readonly iceServers?: RTCIceServer[];
}

const dialectOf: Record<DialectName, (request: JoinRequest) => Dialect> = {
  'mediasoup-v3': ({ variant }) => mediasoupV3(variant === undefined ? {} : { variant }),
  'mediasoup-v2': () => mediasoupV2(),
  'mediasoup-v2-beta': () => mediasoupV2Beta(),
  'mediasoup-v2-alpha': () => mediasoupV2Alpha(),
  'push-pull': ({ profile, iceServers }) => pushPull({ profile, iceServers }),
};

export interface SeenEvent {
  readonly event: keyof RoomEvents;
  readonly peerId?: string | undefined;
  readonly source?: string | undefined;
  readonly reason?: string | undefined;
  readonly detail?: string | undefined;
  readonly by?: string | undefined;
  readonly text?: string | undefined;
  readonly spatialLayer?: number | null | undefined;
  readonly direction?: string | undefined;
  readonly step?: string | undefined;
}

/** Events that no spec reads. */
const unread = new Set<keyof RoomEvents>([
  'consumerPreferredLayersSet',
  'dataProducerClosed',
  'downlinkBwe',
  'networkChanged',
]);

class PeerPage {
  room!: Room;
  readonly events: SeenEvent[] = [];
  readonly trace: { direction: string; kind: string; method: string }[] = [];
  readonly messages: string[] = [];
  lackingCodecs: string[] = [];
  readonly warnings: string[] = [];
  /** By `peerId/source`. */
  readonly frameTimes = new FrameTimes();

  create(request: JoinRequest): void {
    const { serverUrl, roomId, peerId, consume = 'auto', dialect = 'mediasoup-v3' } = request;
    this.room = new Room({
      roomId,
      peerId,
      dialect: dialectOf[dialect](request),
      transport: new ProtooTransport({ url: serverUrl }),
      consume,
      logger: {
        debug: () => {},
        info: () => {},
        warn: (message) => this.warnings.push(message),
        error: (message) => this.warnings.push(message),
      },
    });
    for (const name of roomEventNames.filter((one) => !unread.has(one)))
      this.room.on(name, (payload) => {
        this.#write(name, payload);
      });
    this.room.trace(({ direction, kind, method }) => this.trace.push({ direction, kind, method }));
    this.room.on('codecsUnsupported', ({ codecs }) => {
      this.lackingCodecs = codecs.map(({ mimeType }) => mimeType);
    });
    this.room.on('newConsumer', ({ consumer }) => {
      if (consumer.subscribed) this.play(consumer);
    });
    this.room.on('newDataConsumer', ({ dataConsumer }) => {
      dataConsumer.on('message', ({ data }) => {
        this.messages.push(
          typeof data === 'string' ? data : `${data instanceof Blob ? data.size : data.byteLength} bytes`,
        );
        this.#show();
      });
    });
  }

  async join(request: JoinRequest): Promise<void> {
    this.create(request);
    await this.room.join(request.displayName === undefined ? {} : { displayName: request.displayName });
  }

  play(consumer: Consumer): void {
    const element = consumer.attach();
    element.dataset.testid = `${consumer.peer.id}/${consumer.source}`;
    element.style.width = '200px';
    byTestId('tiles').append(element);
    if (element instanceof HTMLVideoElement) this.frameTimes.follow(element.dataset.testid, element);
    consumer.on('playing', () => {
      element.dataset.playing = 'yes';
    });
    consumer.on('closed', () => {
      element.remove();
    });
  }

  async publish(
    source: 'camera' | 'microphone' | 'screen',
    options: { paused?: boolean; simulcast?: boolean } = {},
  ): Promise<string> {
    const track =
      source === 'microphone'
        ? await tone()
        : movingPicture(options.simulcast === true ? 1280 : 640, options.simulcast === true ? 720 : 360);
    const producer = await this.room.produce(track, {
      source,
      ownership: 'owned',
      paused: options.paused ?? false,
      ...(options.simulcast === true
        ? {
            encodings: [
              { scaleResolutionDownBy: 4, maxBitrate: 150_000, scalabilityMode: 'L1T3' },
              { scaleResolutionDownBy: 2, maxBitrate: 500_000, scalabilityMode: 'L1T3' },
              { scaleResolutionDownBy: 1, maxBitrate: 1_500_000, scalabilityMode: 'L1T3' },
            ],
          }
        : {}),
    });
    return producer.id!;
  }

  producer(source: string): Producer {
    const found = this.room.producerOf(source);
    if (found === null) throw new Error(`no ${source} is produced`);
    return found;
  }

  consumer(peerId: string, source: string): Consumer {
    const found = this.room.peers.get(peerId)?.consumerOf(source);
    if (found == null) throw new Error(`no ${source} of ${peerId} is received`);
    return found;
  }

  hasConsumer(peerId: string, source: string): boolean {
    return this.room.peers.get(peerId)?.consumerOf(source) != null;
  }

  /** Decoded media of a consumer: video frames, audio energy. */
  async received(
    peerId: string,
    source: string,
  ): Promise<{ frames: number; energy: number; width: number; packets: number }> {
    let [frames, energy, width, packets] = [0, 0, 0, 0];
    const reports = await this.consumer(peerId, source)
      .getStats()
      .catch((error: unknown) => {
        // The consumer is being restored by a rejoin.
        if (TureenError.is(error) && error.code === 'invalidState') return new Map<string, unknown>();
        throw error;
      });
    for (const report of reports.values() as Iterable<Record<string, number | string>>) {
      if (report.type !== 'inbound-rtp') continue;
      frames += Number(report.framesDecoded ?? 0);
      energy += Number(report.totalAudioEnergy ?? 0);
      width = Number(report.frameWidth ?? 0);
      packets += Number(report.packetsReceived ?? 0);
    }
    return { frames, energy, width, packets };
  }

  hues(peerId: string, source: string): Promise<number[]> {
    return watchHues(document.querySelector<HTMLVideoElement>(`[data-testid="${peerId}/${source}"]`)!);
  }

  #write(event: keyof RoomEvents, payload: RoomEvents[keyof RoomEvents]): void {
    const { peer, consumer, producer, dataConsumer, reason, detail, by, text, spatialLayer, direction, step } =
      payload as Partial<
        Record<
          'peer' | 'consumer' | 'producer' | 'dataConsumer',
          { id?: string; source?: string; peer?: { id: string } | null } | null
        > &
          Omit<SeenEvent, 'event' | 'peerId' | 'source'>
      >;
    this.events.push({
      event,
      peerId: peer?.id ?? consumer?.peer?.id ?? dataConsumer?.peer?.id,
      source: consumer?.source ?? producer?.source,
      reason,
      detail,
      by,
      text,
      spatialLayer,
      direction,
      step,
    });
    this.#show();
  }

  #show(): void {
    byTestId('state').textContent = this.room.state;
    byTestId('peers').replaceChildren(
      ...[...this.room.peers.values()].map((peer) =>
        Object.assign(document.createElement('li'), { textContent: `${peer.id}: ${peer.displayName}` }),
      ),
    );
    const quiet = new Set(['consumerScore', 'producerScore', 'speakingPeers', 'transportStateChanged']);
    byTestId('events').textContent = [
      ...this.events
        .filter(({ event }) => !quiet.has(event))
        .map((one) =>
          Object.values(one)
            .filter((value) => value !== undefined)
            .join(' '),
        ),
      ...this.messages.map((message) => `message ${message}`),
    ].join('\n');
  }
}

declare global {
  interface Window {
    peer: PeerPage;
  }
}

export type { PeerPage };
window.peer = new PeerPage();
document.querySelector('button')!.addEventListener('click', () => void window.peer.room.startPlayback());

// Calls of a spec in a page count as user gestures, even reads. A spec that must make no gesture passes its actions in the URL and waits for
// console output.
if (location.hash !== '') {
  void window.peer.join(JSON.parse(decodeURIComponent(location.hash.slice(1))) as JoinRequest);
  window.peer.room.on('playbackBlocked', ({ consumer }) => {
    console.info(`playbackBlocked ${consumer.peer.id} ${consumer.source}`);
  });
}
