import type { MediaKind } from '@tureen/protocol/common';

import type { Logger } from '../../shared/logger.ts';
import type { MediaConnectionState, ProducerCodecOptions } from '../MediaEngine.ts';
import type {
  PeerConnectionHandlers,
  PeerConnectionProfile,
  PeerConnectionPushOptions,
  PushExchange,
} from '../PeerConnectionMedia.ts';
import { applyCodecOptions } from './answerOptions.ts';
import { createBlackTrack } from './blackTrack.ts';
import { codecsToOffer } from './codecs.ts';
import type { OfferConnection } from './OfferConnection.ts';
import { PushedTrack } from './PushedTrack.ts';
import { toSendEncodings } from './sendEncodings.ts';

/** Media section of a push. Carries one track at a time. */
export interface PushSection {
  readonly kind: MediaKind;
  readonly transceiver: RTCRtpTransceiver;
  /** Whether a push has reserved the section. */
  isTaken: boolean;
  /** Handlers of the push that uses the section. */
  owner: PeerConnectionHandlers | null;
  track: PushedTrack | null;
  codecOptions: ProducerCodecOptions;
}

export interface PushConnectionOptions {
  readonly profile: PeerConnectionProfile;
  readonly logger: Logger;
  /** Media sections of the offer, in this order. */
  readonly kinds: readonly MediaKind[];
  /** Whether a section stays for the next track of its kind. */
  readonly isKept: boolean;
  readonly open: (handlers: PeerConnectionHandlers) => OfferConnection;
}

/** Connection for pushes: one offer to the server, with a section for each possible track. */
export class PushConnection {
  /** Resolves once the server's answer is applied. */
  readonly ready: Promise<unknown>;

  readonly #options: PushConnectionOptions;
  readonly #connection: OfferConnection;
  readonly #sections: PushSection[] = [];
  readonly #first: Promise<PushedTrack>;
  /** Changes of senders and descriptions, one after another. */
  #queue: Promise<unknown>;
  #black: MediaStreamTrack | null = null;

  constructor(
    options: PushConnectionOptions,
    push: PeerConnectionPushOptions,
    exchange: PushExchange,
    handlers: PeerConnectionHandlers,
  ) {
    this.#options = options;
    this.#connection = options.open({
      onConnectionState: (state) => {
        this.#handleState(state);
      },
    });
    this.#connection.onEnd = () => {
      for (const { track } of this.#sections) track?.close();
      this.#black?.stop();
    };
    this.#first = this.#negotiate(push, exchange, handlers);
    this.ready = this.#queue = this.#first.then(
      () => {},
      () => {},
    );
  }

  get closed(): boolean {
    return this.#connection.closed;
  }

  /** Track that the connection was opened for. */
  get first(): Promise<PushedTrack> {
    return this.#first;
  }

  has(kind: MediaKind): boolean {
    return this.#sections.some((section) => section.kind === kind);
  }

  /** Reserves a free section of a kind. Null where the connection has failed or has no free section. */
  reserve(kind: MediaKind): PushSection | null {
    const { state } = this.#connection;
    if (state === 'failed' || state === 'closed') return null;
    const free = this.#sections.find((section) => section.kind === kind && !section.isTaken) ?? null;
    if (free !== null) free.isTaken = true;
    return free;
  }

  /** Sends a track in a reserved section. A failure frees the section, and does not affect the others. */
  async attach(
    section: PushSection,
    push: PeerConnectionPushOptions,
    owner: PeerConnectionHandlers,
  ): Promise<PushedTrack> {
    const { sender } = section.transceiver;
    this.#give(section, owner);
    try {
      await this.#enqueue('push', async () => {
        codecsToOffer(section.kind, push.codec, this.#options.profile);
        await this.#applyCodecOptions(section, push.codecOptions ?? {});
        const [encoding] = toSendEncodings(push, this.#options.profile);
        await setEncoding(sender, { ...encoding, active: true });
        if (push.paused !== true) await sender.replaceTrack(push.track);
      });
      this.#connection.assertOpen();
    } catch (error) {
      section.codecOptions = {};
      this.#release(section);
      throw error;
    }
    return this.#toTrack(section, push.id, push);
  }

  async #negotiate(
    push: PeerConnectionPushOptions,
    exchange: PushExchange,
    owner: PeerConnectionHandlers,
  ): Promise<PushedTrack> {
    const { track, paused = false, codecOptions = {} } = push;
    const { kinds, profile } = this.#options;
    const connection = this.#connection;
    let { id } = push;
    const own = await connection.perform('push', async () => {
      let made: PushSection | undefined;
      for (const kind of kinds) {
        const isOwn: boolean = made === undefined && kind === track.kind;
        const codecs = codecsToOffer(kind, isOwn ? push.codec : undefined, profile);
        const transceiver = connection.pc.addTransceiver(isOwn ? track : kind, {
          direction: 'sendonly',
          sendEncodings: isOwn ? toSendEncodings(push, profile) : [],
        });
        // Firefox has setCodecPreferences since 128. Older versions offer all their codecs.
        if ('setCodecPreferences' in transceiver) transceiver.setCodecPreferences(codecs);
        const section: PushSection = { kind, transceiver, isTaken: false, owner: null, track: null, codecOptions: {} };
        this.#sections.push(section);
        if (!isOwn) continue;
        made = Object.assign(section, { isTaken: true, codecOptions });
      }
      // Runs before the offer, so that no packet is sent.
      if (paused) await made?.transceiver.sender.replaceTrack(null);
      return made;
    });
    await connection.negotiate(
      async (offer) => {
        const answer = await exchange(offer);
        if (kinds.length === 1) id = answer.id ?? id;
        return answer.sdp;
      },
      { finish: this.#finish },
    );
    for (const section of this.#sections) {
      const idle = section !== own || paused ? this.#idleOf(section) : null;
      if (idle !== null) await section.transceiver.sender.replaceTrack(idle).catch(() => {});
    }
    connection.assertOpen();
    this.#give(own!, owner);
    return this.#toTrack(own!, id, push);
  }

  /** Assigns a section to a push, which gets the states of the connection from now on. */
  #give(section: PushSection, owner: PeerConnectionHandlers): void {
    section.owner = owner;
    const { state } = this.#connection;
    if (state !== 'new') owner.onConnectionState(state);
  }

  #toTrack(section: PushSection, id: string, { track, paused = false }: PeerConnectionPushOptions): PushedTrack {
    section.track = new PushedTrack(section.transceiver, {
      id,
      track,
      paused,
      logger: this.#options.logger,
      idle: () => this.#idleOf(section),
      isConnectionClosed: () => this.closed,
      onClosed: () => {
        this.#release(section);
      },
    });
    return section.track;
  }

  #release(section: PushSection): void {
    const { owner, transceiver } = section;
    section.track = null;
    const { state } = this.#connection;
    const isLast = this.#sections.every((one) => one === section || !one.isTaken);
    const isBroken = state === 'failed' || state === 'disconnected';
    if (!this.#options.isKept || (isLast && isBroken)) this.#connection.close();
    section.isTaken = false;
    section.owner = null;
    // A connection that closes reports to each owner.
    if (this.closed) return;
    owner?.onConnectionState('closed');
    this.#enqueue('close', async () => {
      const idle = this.#idleOf(section);
      await transceiver.sender.replaceTrack(idle);
      // Firefox sends black frames for a removed track.
      await setEncoding(transceiver.sender, { active: idle !== null });
    }).catch((error: unknown) => {
      if (!this.closed) this.#options.logger.debug('failed to silence a section', error);
    });
  }

  /** Returns the track that a joint connection sends while the section has no picture. Null: none. */
  #idleOf({ kind }: PushSection): MediaStreamTrack | null {
    if (kind === 'audio' || this.#options.kinds.length === 1) return null;
    return (this.#black ??= createBlackTrack());
  }

  #handleState(state: MediaConnectionState): void {
    const owners = this.#sections.flatMap(({ owner }) => owner ?? []);
    for (const owner of owners) owner.onConnectionState(state);
    if (state === 'failed' && !this.#sections.some(({ isTaken }) => isTaken)) this.#connection.close();
  }

  async #applyCodecOptions(section: PushSection, codecOptions: ProducerCodecOptions): Promise<void> {
    if (JSON.stringify(codecOptions) === JSON.stringify(section.codecOptions)) return;
    section.codecOptions = codecOptions;
    await this.#connection.repeat(this.#finish);
  }

  readonly #finish = (answer: string): string =>
    this.#sections.reduce((sdp, { kind, codecOptions }) => applyCodecOptions(sdp, codecOptions, kind), answer);

  #enqueue(what: string, work: () => Promise<void>): Promise<void> {
    const done = this.#queue.then(() => this.#connection.run(what, work));
    this.#queue = done.catch(() => {});
    return done;
  }
}

/** Sets the parameters of the encoding, and resets all others to the browser's defaults. */
async function setEncoding(sender: RTCRtpSender, encoding: RTCRtpEncodingParameters): Promise<void> {
  const parameters = sender.getParameters();
  parameters.encodings = parameters.encodings.slice(0, 1).map(() => encoding);
  if (parameters.encodings.length > 0) await sender.setParameters(parameters);
}
