import type { types } from 'mediasoup-client';

/** Fields of mediasoup-client's `RemoteSdp` that `receive` changes. */
interface RemoteSdp {
  _firstMid?: string;
  _mediaSections: unknown[];
  _midToIndex: Map<string, number>;
  _sdpObject: { media: unknown[] };
  regenerateBundleMids(): void;
}

/** State of the connection after an offer that the browser refused. */
export type Soundness =
  /** Same as before that offer. */
  | 'sound'
  /** Not checkable: nothing was received yet. */
  | 'untried'
  /** The browser accepts no further description. */
  | 'lost';

/**
 * Reverts the changes of a refused offer. mediasoup-client keeps a section that the browser refused, and repeats it in the next
 * offer. The browser itself is unchanged, unless it began to apply the offer. Works within the calls of the handler, whose queue
 * runs nothing in between.
 */
export class ReceiveGuard {
  #soundness: Soundness = 'lost';

  constructor(vendor: types.Transport) {
    const { handler } = vendor;
    const remote = (handler as unknown as { _remoteSdp?: RemoteSdp })._remoteSdp;
    if (remote === undefined) return;
    const guarded =
      <Given extends unknown[], Result>(receive: (...given: Given) => Promise<Result>) =>
      async (...given: Given): Promise<Result> => {
        const restore = remember(remote);
        try {
          return await receive(...given);
        } catch (error) {
          restore();
          this.#soundness = remote._mediaSections.length === 0 ? 'untried' : 'sound';
          // Negotiates the present sections again, unchanged.
          if (this.#soundness === 'sound')
            await handler.resumeReceiving([]).catch(() => {
              this.#soundness = 'lost';
            });
          throw error;
        }
      };
    handler.receive = guarded(handler.receive.bind(handler));
    handler.receiveDataChannel = guarded(handler.receiveDataChannel.bind(handler));
  }

  /** State after the last failure. Also `lost` where the handler cannot be guarded. */
  get soundness(): Soundness {
    return this.#soundness;
  }
}

function remember(remote: RemoteSdp): () => void {
  const { _firstMid, _mediaSections, _midToIndex, _sdpObject } = remote;
  const [sections, media, indexes] = [[..._mediaSections], [..._sdpObject.media], new Map(_midToIndex)];
  return () => {
    Object.assign(remote, { _firstMid, _mediaSections: sections, _midToIndex: indexes });
    _sdpObject.media = media;
    remote.regenerateBundleMids();
  };
}
