import type { RtpCapabilities } from '@tureen/protocol/common';
import { type ResponseData, detectVariant } from '@tureen/protocol/mediasoup-v3';
import type { LoadedCapabilities, MediaSession, TransportDescription } from '../../media/MediaEngine.ts';
import type {
  DialectContext,
  DialectEvent,
  DialectJoinRequest,
  DialectJoinResult,
  DialectResumeResult,
  ResumableIds,
} from '../../room/DialectPort.ts';
import { TureenError } from '../../shared/errors.ts';
import { Welcome } from '../Welcome.ts';
import type { MediasoupV3Options } from './options.ts';
import { toLackingCodecs, toResumed } from './toRoom.ts';
import { toCapabilities, toJoin } from './toWire.ts';
import type { V3Requests } from './V3Requests.ts';
import type { V3Transports } from './V3Transports.ts';

export interface V3JoinOptions {
  readonly context: Pick<DialectContext, 'channel' | 'memory'>;
  readonly options: MediasoupV3Options;
  readonly media: Pick<MediaSession, 'load'>;
  readonly requests: V3Requests;
  readonly transports: Pick<V3Transports, 'connect' | 'create' | 'open'>;
  /** Throws once the session is closed. */
  readonly assertOpen: () => void;
}

/** Data of the server before the join. */
interface Start {
  readonly routerRtpCapabilities: RtpCapabilities;
  readonly sendTransport: TransportDescription;
  readonly recvTransport: TransportDescription;
}

/** Capabilities of both ends. */
interface Loaded extends LoadedCapabilities {
  readonly router: RtpCapabilities;
}

/** Data that a session leaves to the next session of the room. */
interface RememberedCapabilities {
  router?: RtpCapabilities | undefined;
}

/** Joins and resumes a session. */
export class V3Join {
  readonly welcome = new Welcome<Start>();
  readonly #options: V3JoinOptions;
  readonly #remembered: RememberedCapabilities;
  #requested: Promise<Start> | undefined;
  /** The welcome or the responses, whichever arrived first. */
  #start: Promise<Start> | undefined;
  #loading: Promise<Loaded> | undefined;
  #opening: Promise<void> | undefined;

  constructor(options: V3JoinOptions) {
    this.#options = options;
    this.#remembered = options.context.memory.recall((): RememberedCapabilities => ({}));
  }

  /** Connects both transports ahead of the join. A server that sent a welcome then waits longer for the join. */
  async prepare(): Promise<void> {
    const { requests, transports } = this.#options;
    await this.#load();
    await this.#openTransports();
    transports.connect('send');
    if (this.welcome.hasArrived) await requests.request('prepare', undefined);
  }

  /**
   * Requests capabilities and both transports, and joins once it knows the capabilities: after one round trip, or at once where
   * the server sent a welcome, or where an earlier session of the room knew them.
   */
  async join(request: DialectJoinRequest): Promise<DialectJoinResult> {
    const { requests, transports, assertOpen } = this.#options;
    const { router, recvRtpCapabilities: rtpCapabilities, sctpCapabilities } = await this.#load();
    // The picture waits for the receive transport longer than for the response. Other servers may refuse that order.
    if (this.welcome.hasArrived) await this.#openTransports();
    assertOpen();
    const joining = requests.request('join', {
      ...toJoin(request),
      ...(request.consume ? { rtpCapabilities, sctpCapabilities } : {}),
    });
    // The browser works while the request is pending.
    try {
      await this.#openTransports();
      if (request.produce) transports.connect('send');
    } catch (error) {
      joining.catch(() => {});
      throw error;
    }
    const result = this.#handleJoined(await joining);
    const events: DialectEvent[] = [];
    const remembered = this.#remembered;
    const isFirst = remembered.router === undefined;
    remembered.router = isFirst ? router : (await this.#requested)?.routerRtpCapabilities;
    if (!isFirst && JSON.stringify(router) !== JSON.stringify(remembered.router))
      events.push({ type: 'rejoinNeeded', reason: 'the router has other codecs than before' });
    // A stock server withholds tracks in these codecs, and has no message for that.
    const codecs = request.consume ? toLackingCodecs(router, rtpCapabilities) : [];
    if (codecs.length > 0 && !requests.extensions.has('consumerUnsupported'))
      events.push({ type: 'codecsUnsupported', codecs });
    return { ...result, events };
  }

  /** Resumes the session. Null where the server refuses the resume token; the caller then joins. */
  async resume(request: DialectJoinRequest, resumableIds: ResumableIds): Promise<DialectResumeResult | null> {
    const { requests } = this.#options;
    const { memory } = this.#options.context;
    const { resumeToken } = memory;
    if (resumeToken === undefined) return null;
    try {
      const joined = await requests.request('join', { ...toJoin(request), resumeToken, holds: resumableIds });
      return { ...this.#handleJoined(joined), ...toResumed(joined.resumed) };
    } catch (error) {
      // Unless the server refused, it may not have received the request: the next connection repeats it.
      if (!TureenError.is(error) || error.code !== 'requestRefused') throw error;
      memory.resumeToken = undefined;
      return null;
    }
  }

  /** Loads the capabilities of the router, once they are known. */
  #load(): Promise<Loaded> {
    return (this.#loading ??= (async () => {
      this.#requested = this.#requestStart();
      this.#start = this.welcome.or(this.#requested);
      const router = this.#remembered.router ?? (await this.#start).routerRtpCapabilities;
      return { router, ...(await this.#options.media.load(router)) };
    })());
  }

  #openTransports(): Promise<void> {
    return (this.#opening ??= (async () => {
      const { transports, assertOpen } = this.#options;
      const { sendTransport, recvTransport } = await this.#start!;
      assertOpen();
      transports.open(sendTransport, recvTransport);
    })());
  }

  async #requestStart(): Promise<Start> {
    const { context, options, requests, transports } = this.#options;
    const [capabilities, sendTransport, recvTransport] = await Promise.all([
      context.channel.request('getRouterRtpCapabilities', {}),
      transports.create('send'),
      transports.create('recv'),
    ]);
    if (options.variant === undefined || options.variant === 'auto') requests.variant = detectVariant(capabilities);
    const routerRtpCapabilities = requests.read('getRouterRtpCapabilities', capabilities);
    return { routerRtpCapabilities, sendTransport, recvTransport };
  }

  #handleJoined({ peers, extensions, resumeToken }: ResponseData<'join'>): DialectJoinResult {
    const { context, requests, assertOpen } = this.#options;
    assertOpen();
    requests.extensions = new Set(extensions ?? []);
    context.memory.resumeToken = resumeToken;
    return { peers, capabilities: toCapabilities(requests.extensions) };
  }
}
