import { type Consumer, type Peer, type Producer, Room, type Transport, getDeviceInfo } from 'mediasoup-client-v2';
import * as protoo from 'protoo-client';
import './asIn2019.ts';
import type { JoinRequest } from '../room/main.ts';
import { movingPicture, tone, watchHues } from '../room/sources.ts';

/**
 * A page as written in 2019: mediasoup-client 2.4.11 as published, protoo below it, and no code of Tureen. Has the same calls for specs as the
 * page of a Tureen peer.
 */
const byTestId = (id: string) => document.querySelector<HTMLElement>(`[data-testid="${id}"]`)!;
const sourceOf = (appData: unknown) => (appData as { source?: string } | undefined)?.source ?? 'unknown';

interface Seen {
  readonly event: string;
  readonly peerId?: string | undefined;
  readonly source?: string | undefined;
  readonly by?: string | undefined;
  readonly profile?: string | undefined;
}

interface Request {
  readonly method: string;
}

class GenuinePage {
  readonly room = new Room();
  readonly events: Seen[] = [];
  /** Payloads in both directions, by method. */
  readonly trace: { direction: 'in' | 'out'; kind: 'request' | 'notification'; method: string; keys: string[] }[] = [];
  readonly device = getDeviceInfo();
  #signaling!: protoo.Peer;
  #send!: Transport;
  #recv!: Transport;

  async join({ serverUrl, roomId, peerId, displayName }: JoinRequest): Promise<void> {
    const url = new URL(serverUrl);
    url.search = String(new URLSearchParams({ roomId, peerName: peerId }));
    this.#signaling = new protoo.Peer(new protoo.WebSocketTransport(url.href));
    this.#carry(this.#signaling);
    await new Promise<void>((resolve) => {
      this.#signaling.on('open', resolve);
    });
    this.room.on('newpeer', (peer: Peer) => {
      this.#watch(peer);
    });
    this.room.on('close', (originator: string) => {
      this.#write({ event: 'close', by: originator });
    });
    const peers = await this.room.join(peerId, displayName === undefined ? undefined : { displayName });
    this.#send = this.room.createTransport('send');
    this.#recv = this.room.createTransport('recv');
    for (const peer of peers) this.#watch(peer);
    this.#show();
  }

  async publish(source: string, { simulcast = false, paused = false } = {}): Promise<string> {
    const track = source === 'microphone' ? await tone() : movingPicture(640, 360);
    const producer = this.room.createProducer(track, { simulcast }, { source });
    if (paused) producer.pause();
    for (const event of ['pause', 'resume', 'close'] as const)
      producer.on(event, (originator: string) => {
        this.#write({ event: `producer ${event}`, source, by: originator });
      });
    await producer.send(this.#send);
    return String(producer.id);
  }

  producer(source: string): Producer {
    return existing(this.room.producers.find(({ appData }) => sourceOf(appData) === source));
  }

  consumer(peerId: string, source: string): Consumer {
    return existing(this.#consumer(peerId, source));
  }

  hasConsumer(peerId: string, source: string): boolean {
    return this.#consumer(peerId, source)?.track != null;
  }

  /** Decoded media of a peer: video frames, audio energy. */
  async received(peerId: string, source: string) {
    let [frames, energy, width, packets] = [0, 0, 0, 0];
    const receiver = this.#recv.handler._pc
      .getReceivers()
      .find(({ track }) => track === this.consumer(peerId, source).track);
    for (const report of (await existing(receiver).getStats()).values() as Iterable<Record<string, number | string>>) {
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

  /** Leaves like apps of that time: sends the leave message, and closes the connection afterwards. */
  async leave(): Promise<void> {
    const ended = new Promise<void>((resolve) => {
      for (const event of ['disconnected', 'close'] as const)
        this.#signaling.on(event, () => {
          resolve();
        });
    });
    this.room.leave();
    // Waits for any later response, or for the end of the connection, which protoo's requests do not notice.
    const asked = this.#signaling.request('mediasoup-request', { method: 'queryRoom', target: 'room' });
    await Promise.race([asked.catch(() => undefined), ended]);
    this.#signaling.close();
  }

  /** Sends a message of the app, outside the library. */
  async ask(method: string, data: object): Promise<void> {
    await this.#signaling.request(method, data);
  }

  #carry(signaling: protoo.Peer): void {
    this.room.on(
      'request',
      (request: Request, callback: (data: unknown) => void, errback: (error: unknown) => void) => {
        this.#note('out', 'request', request);
        signaling.request('mediasoup-request', request).then((answer) => {
          this.#note('in', 'request', { ...(answer as object), method: `${request.method} answered` });
          callback(answer);
        }, errback);
      },
    );
    this.room.on('notify', (notification: Request) => {
      this.#note('out', 'notification', notification);
      signaling.notify('mediasoup-notification', notification).catch((error: unknown) => {
        console.warn(`${notification.method} could not be sent`, error);
      });
    });
    const receive = ({ method, data }: { method: string; data: unknown }) => {
      if (method === 'mediasoup-notification') {
        this.#note('in', 'notification', data as Request);
        void this.room.receiveNotification(data);
      } else {
        this.#note('in', 'notification', { method, ...(data as object) });
        this.#write({ event: method, peerId: (data as { peerName?: string }).peerName });
      }
    };
    signaling.on('notification', receive);
    signaling.on('request', (request, accept) => {
      accept();
      receive(request);
    });
    signaling.on('close', () => {
      this.#write({ event: 'signaling closed' });
    });
  }

  #watch(peer: Peer): void {
    this.#write({ event: 'newpeer', peerId: peer.name });
    peer.on('close', (originator: string) => {
      this.#write({ event: 'peer close', peerId: peer.name, by: originator });
    });
    peer.on('newconsumer', (consumer: Consumer) => {
      void this.#receive(consumer);
    });
    for (const consumer of peer.consumers) void this.#receive(consumer);
  }

  async #receive(consumer: Consumer): Promise<void> {
    const peerId = consumer.peer.name;
    const source = sourceOf(consumer.appData);
    this.#write({ event: 'newconsumer', peerId, source });
    for (const event of ['pause', 'resume', 'close'] as const)
      consumer.on(event, (originator: string) => {
        this.#write({ event: `consumer ${event}`, peerId, source, by: originator });
        if (event === 'close') document.querySelector(`[data-testid="${peerId}/${source}"]`)?.remove();
      });
    consumer.on('effectiveprofilechange', (profile: string) => {
      this.#write({ event: 'effectiveprofilechange', peerId, source, profile });
    });
    const track = await consumer.receive(this.#recv);
    const element = document.createElement(consumer.kind);
    element.dataset.testid = `${peerId}/${source}`;
    element.autoplay = true;
    element.style.width = '200px';
    element.addEventListener('playing', () => {
      element.dataset.playing = 'yes';
    });
    element.srcObject = new MediaStream([track]);
    byTestId('tiles').append(element);
  }

  #consumer(peerId: string, source: string): Consumer | undefined {
    return this.room.getPeerByName(peerId)?.consumers.find(({ appData }) => sourceOf(appData) === source);
  }

  #note(direction: 'in' | 'out', kind: 'request' | 'notification', payload: Request): void {
    this.trace.push({ direction, kind, method: payload.method, keys: Object.keys(payload).sort() });
  }

  #write(seen: Seen): void {
    this.events.push(seen);
    this.#show();
  }

  #show(): void {
    byTestId('state').textContent = this.room.closed ? 'closed' : this.room.joined ? 'joined' : 'joining';
    byTestId('peers').replaceChildren(
      ...this.room.peers.map(({ name }) => Object.assign(document.createElement('li'), { textContent: name })),
    );
    byTestId('events').textContent = this.events.map((one) => Object.values(one).filter(Boolean).join(' ')).join('\n');
  }
}

function existing<T>(one: T | null | undefined): T {
  if (one == null) throw new Error('not found');
  return one;
}

declare global {
  interface Window {
    genuine: GenuinePage;
  }
}

window.genuine = new GenuinePage();
// Calls that the specs share.
Object.assign(window, { peer: window.genuine });
