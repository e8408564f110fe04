import type { RtpParameters } from '@tureen/protocol/common';

import { TureenError } from '../../shared/errors.ts';
import { badResponse, ssrcsOf } from '../checks.ts';

const midExtension = 'urn:ietf:params:rtp-hdrext:sdes:mid';

/**
 * What the consumers of one receive transport have taken up in its SDP. Ids and mids stay taken when a consumer closes: its
 * section stays, and a browser refuses the whole SDP when one of them comes again.
 */
export class UsedSdpIds {
  readonly #ids = new Set<string>();
  readonly #mids = new Set<string>();
  readonly #ssrcs = new Set<number>();
  #nextMid = 0;

  /** Enters a consumer; answers with its parameters, which always have a mid. Throws when it can only go wrong. */
  enter(id: string, rtpParameters: RtpParameters): RtpParameters & { mid: string } {
    if (this.#ids.has(id))
      throw new TureenError('unsupported', `consumer ${id} has been consumed on this transport`, {
        hint: 'Pause a consumer that is to be used again; a closed one cannot come back.',
      });
    const mid = this.#midFor(rtpParameters);
    const ssrcs = ssrcsOf(rtpParameters);
    if (ssrcs.some((ssrc) => this.#ssrcs.has(ssrc))) throw badResponse(`consumer ${id} has the SSRC of another`);
    this.#ids.add(id);
    this.#mids.add(mid);
    for (const ssrc of ssrcs) this.#ssrcs.add(ssrc);
    return { ...rtpParameters, mid };
  }

  /** The consumer is closed: its streams may be announced again. */
  close(rtpParameters: RtpParameters): void {
    for (const ssrc of ssrcsOf(rtpParameters)) this.#ssrcs.delete(ssrc);
  }

  /** The consumer never came to be. */
  strike(id: string, rtpParameters: RtpParameters & { mid: string }): void {
    this.close(rtpParameters);
    this.#ids.delete(id);
    this.#mids.delete(rtpParameters.mid);
  }

  /**
   * mediasoup-client would number sections by how many there are, which repeats after a close. A mid of the server's is kept
   * where its packets bear it.
   */
  #midFor({ mid, headerExtensions = [] }: RtpParameters): string {
    if (mid !== undefined && !this.#mids.has(mid)) return mid;
    if (mid !== undefined && headerExtensions.some((one) => one.uri === midExtension))
      throw badResponse(`mid ${mid} has been used on this transport`);
    let own: string;
    do own = `t${this.#nextMid++}`;
    while (this.#mids.has(own));
    return own;
  }
}
