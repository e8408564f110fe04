import type { RtpParameters } from '@tureen/protocol/common';

import { TureenError } from '../../shared/errors.ts';
import { badResponse, ssrcsOf } from '../checks.ts';

const midExtension = 'urn:ietf:params:rtp-hdrext:sdes:mid';

/**
 * IDs, MIDs and SSRCs in the SDP of a receive transport. IDs and MIDs stay in use when a consumer closes: its section stays, and
 * a browser refuses an SDP with a duplicate.
 */
export class UsedSdpIds {
  readonly #ids = new Set<string>();
  readonly #mids = new Set<string>();
  readonly #ssrcs = new Set<number>();
  #nextMid = 0;

  /** Adds a consumer. Returns its parameters with a MID. Throws for a duplicate. */
  add(id: string, rtpParameters: RtpParameters): RtpParameters & { mid: string } {
    if (this.#ids.has(id))
      throw new TureenError('unsupported', `consumer ${id} has been consumed on this transport`, {
        hint: 'Pause a consumer instead of closing it.',
      });
    const mid = this.#midFor(rtpParameters);
    const ssrcs = ssrcsOf(rtpParameters);
    if (ssrcs.some((ssrc) => this.#ssrcs.has(ssrc))) throw badResponse(`consumer ${id} has the SSRC of another`);
    this.#ids.add(id);
    this.#mids.add(mid);
    for (const ssrc of ssrcs) this.#ssrcs.add(ssrc);
    return { ...rtpParameters, mid };
  }

  /** Frees the SSRCs of a closed consumer for another consumer. */
  close(rtpParameters: RtpParameters): void {
    for (const ssrc of ssrcsOf(rtpParameters)) this.#ssrcs.delete(ssrc);
  }

  /** Removes a consumer that could not be created. */
  remove(id: string, rtpParameters: RtpParameters & { mid: string }): void {
    this.close(rtpParameters);
    this.#ids.delete(id);
    this.#mids.delete(rtpParameters.mid);
  }

  /**
   * Returns the MID of the server where its packets carry the MID, otherwise a generated one. mediasoup-client numbers sections
   * by their count, which repeats after a close.
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
