import { type ResponseData, detectVariant } from '@tureen/protocol/mediasoup-v3';
import type { MediaSession } from '../../media/MediaEngine.ts';
import type {
  DialectContext,
  DialectJoinRequest,
  DialectJoinResult,
  DialectResumeResult,
  ResumableIds,
} from '../../room/DialectPort.ts';
import { TureenError } from '../../shared/errors.ts';
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
  readonly transports: Pick<V3Transports, 'create' | 'open'>;
  /** Throws once the session is closed. */
  readonly assertOpen: () => void;
}

/** Joins and resumes a session. */
export class V3Join {
  readonly #options: V3JoinOptions;

  constructor(options: V3JoinOptions) {
    this.#options = options;
  }

  /** Requests capabilities and both transports together, then joins: two round trips. */
  async join(request: DialectJoinRequest): Promise<DialectJoinResult> {
    const { context, options, media, requests, transports, assertOpen } = this.#options;
    const [capabilities, send, recv] = await Promise.all([
      context.channel.request('getRouterRtpCapabilities', {}),
      transports.create('send'),
      transports.create('recv'),
    ]);
    if (options.variant === undefined || options.variant === 'auto') requests.variant = detectVariant(capabilities);
    const router = requests.read('getRouterRtpCapabilities', capabilities);
    const { recvRtpCapabilities: rtpCapabilities, sctpCapabilities } = await media.load(router);
    assertOpen();
    const joining = requests.request('join', {
      ...toJoin(request),
      ...(request.consume ? { rtpCapabilities, sctpCapabilities } : {}),
    });
    // The browser works while the request is pending.
    try {
      transports.open(send, recv);
    } catch (error) {
      joining.catch(() => {});
      throw error;
    }
    const result = this.#handleJoined(await joining);
    // A stock server withholds tracks in these codecs, and has no message for that.
    const codecs = request.consume ? toLackingCodecs(router, rtpCapabilities) : [];
    if (codecs.length === 0 || requests.extensions.has('consumerUnsupported')) return result;
    return { ...result, events: [{ type: 'codecsUnsupported', codecs }] };
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

  #handleJoined({ peers, extensions, resumeToken }: ResponseData<'join'>): DialectJoinResult {
    const { context, requests, assertOpen } = this.#options;
    assertOpen();
    requests.extensions = new Set(extensions ?? []);
    context.memory.resumeToken = resumeToken;
    return { peers, capabilities: toCapabilities(requests.extensions) };
  }
}
