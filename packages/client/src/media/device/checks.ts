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
 * All that can be known to be wrong with the parameters of a consumer before the browser sees them. It matters: what the
 * browser refuses takes down every consumer made at the same time, and cannot be undone on that transport.
 */
export function checkConsumerParameters(kind: MediaKind, rtpParameters: RtpParameters): void {
  check('rtpParameters', () => {
    checkParameters(kind, rtpParameters);
    validateAndNormalizeRtpParameters(structuredClone(rtpParameters) as types.RtpParameters);
  });
}

/** For retransmissions of what is not there Chromium breaks the whole connection. */
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
