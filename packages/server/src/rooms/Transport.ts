import type { DtlsParameters, IceCandidate, IceParameters, SctpParameters } from '@tureen/protocol/common';
import type { MediaStats, MediaTransport, MediaTransportEvents } from '../engine/MediaBackend.ts';
import type { Peer } from './Peer.ts';

/** What ends together with a transport. */
export interface TransportChild {
  parentClosed(reason: string): void;
}

/** What a {@link Transport} is made of. */
export interface TransportOptions {
  readonly media: MediaTransport;
  readonly owner: Peer;
  readonly isProducing: boolean;
  readonly isConsuming: boolean;
  readonly onClosed: (transport: Transport) => void;
}

/** One WebRTC connection of a peer's. */
export class Transport {
  /** The peer means to send on it. */
  readonly isProducing: boolean;
  /** The peer means to receive on it. */
  readonly isConsuming: boolean;
  /** For what is made on it; nobody else's. */
  readonly media: MediaTransport;
  readonly #owner: Peer;
  readonly #onClosed: (transport: Transport) => void;
  readonly #children = new Set<TransportChild>();
  #iceState: MediaTransportEvents['iceStateChanged']['state'] = 'new';
  #dtlsState: MediaTransportEvents['dtlsStateChanged']['state'] = 'new';
  #closed = false;

  constructor({ media, owner, isProducing, isConsuming, onClosed }: TransportOptions) {
    this.media = media;
    this.isProducing = isProducing;
    this.isConsuming = isConsuming;
    this.#owner = owner;
    this.#onClosed = onClosed;
    media.on('iceStateChanged', ({ state }) => {
      this.#iceState = state;
      this.#owner.emit('transportStateChanged', { transport: this });
    });
    media.on('dtlsStateChanged', ({ state }) => {
      this.#dtlsState = state;
      this.#owner.emit('transportStateChanged', { transport: this });
    });
    media.on('downlinkBwe', (bwe) => {
      this.#owner.emit('downlinkBwe', { transport: this, bwe });
    });
  }

  get id(): string {
    return this.media.id;
  }

  get iceParameters(): IceParameters {
    return this.media.iceParameters;
  }

  get iceCandidates(): readonly IceCandidate[] {
    return this.media.iceCandidates;
  }

  get dtlsParameters(): DtlsParameters {
    return this.media.dtlsParameters;
  }

  get sctpParameters(): SctpParameters | undefined {
    return this.media.sctpParameters;
  }

  get iceState() {
    return this.#iceState;
  }

  get dtlsState() {
    return this.#dtlsState;
  }

  get closed(): boolean {
    return this.#closed;
  }

  connect(dtlsParameters: DtlsParameters): Promise<void> {
    return this.media.connect(dtlsParameters);
  }

  restartIce(): Promise<IceParameters> {
    return this.media.restartIce();
  }

  getStats(): Promise<MediaStats> {
    return this.media.getStats();
  }

  /** Closes it, with all that is on it. The owner is told where the server does it. */
  close(by: 'owner' | 'server', reason = 'closed'): void {
    if (!this.#end('transportClosed')) return;
    this.media.close();
    if (by === 'server') this.#owner.emit('transportClosed', { transport: this, reason });
  }

  /** Its peer is gone; `isMediaGone` where the router went with it. Nobody is told of the transport. */
  parentClosed(reason: string, isMediaGone: boolean): void {
    if (this.#end(reason) && !isMediaGone) this.media.close();
  }

  /** Ends when the transport does. */
  addChild(child: TransportChild): void {
    this.#children.add(child);
  }

  removeChild(child: TransportChild): void {
    this.#children.delete(child);
  }

  #end(reason: string): boolean {
    if (this.#closed) return false;
    this.#closed = true;
    for (const child of this.#children) child.parentClosed(reason);
    this.#children.clear();
    this.#onClosed(this);
    return true;
  }
}
