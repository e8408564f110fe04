import type { MediaKind, RtpCapabilities, RtpParameters, SctpStreamParameters } from '@tureen/protocol/common';
import type { types } from 'mediasoup-client';

import { badResponse, check, checkCapabilities, checkChannel, checkParameters } from '../checks.ts';
import {
  validateAndNormalizeRtpCapabilities,
  validateAndNormalizeRtpParameters,
  validateAndNormalizeSctpStreamParameters,
} from './mediasoupClient.ts';

export function checkRouterCapabilities(capabilities: RtpCapabilities): void {
  check('routerRtpCapabilities', () => {
    checkCapabilities(capabilities);
    validateAndNormalizeRtpCapabilities(structuredClone(capabilities) as types.RtpCapabilities);
  });
}

/**
 * Checks the parameters of a consumer before the browser gets them. A refusal of the browser would fail every consumer of the
 * batch, and cannot be reverted on the transport.
 */
export function checkConsumerParameters(kind: MediaKind, rtpParameters: RtpParameters): void {
  check('rtpParameters', () => {
    checkParameters(kind, rtpParameters);
    validateAndNormalizeRtpParameters(structuredClone(rtpParameters) as types.RtpParameters);
  });
}

/** Refuses retransmissions of a missing codec, which break the whole connection in Chromium. */
export function checkRetransmission({ codecs }: RtpParameters): void {
  for (const { mimeType, parameters } of codecs)
    if (/\/rtx$/i.test(mimeType) && !codecs.some(({ payloadType }) => payloadType === parameters?.apt))
      throw badResponse('rtpParameters.codecs retransmit another payload type');
}

export function checkDataChannel(sctpStreamParameters: SctpStreamParameters, ...texts: unknown[]): void {
  check('sctpStreamParameters', () => {
    validateAndNormalizeSctpStreamParameters(structuredClone(sctpStreamParameters));
    checkChannel(sctpStreamParameters, ...texts);
  });
}
