import type { RtpParameters } from '@tureen/protocol/common';

import { TureenError } from '../../shared/errors.ts';
import { badResponse, ssrcsOf } from '../checks.ts';

const midExtension = 'urn:ietf:params:rtp-hdrext:sdes:mid';

/**
 * Ids, mids and SSRCs in the SDP of a receive transport. Ids and mids stay in use when a consumer closes: its section stays, and
 * a browser refuses the whole SDP with a duplicate.
 */
export class UsedSdpIds {
  readonly #ids = new Set<string>();
  readonly #mids = new Set<string>();
  readonly #ssrcs = new Set<number>();
  #nextMid = 0;

  /** Adds a consumer. Returns its parameters, with a mid. Throws for a duplicate. */
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

  /** The consumer is closed: another consumer may have its SSRCs. */
  close(rtpParameters: RtpParameters): void {
    for (const ssrc of ssrcsOf(rtpParameters)) this.#ssrcs.delete(ssrc);
  }

  /** The consumer could not be made. */
  remove(id: string, rtpParameters: RtpParameters & { mid: string }): void {
    this.close(rtpParameters);
    this.#ids.delete(id);
    this.#mids.delete(rtpParameters.mid);
  }

  /**
   * Returns the mid of the server where its packets carry the mid, else a generated one: mediasoup-client numbers sections by
   * their count, which repeats after a close.
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
