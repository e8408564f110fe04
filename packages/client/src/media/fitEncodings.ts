import { TureenError } from '../shared/errors.ts';
import type { ProducerEncoding } from './MediaEngine.ts';

/** How the browser and the server handle the layers within a stream. */
export interface LayerSupport {
  /** Whether the browser ignores scalability modes, as Firefox does. */
  readonly ignoresModes: boolean;
  /** Whether the browser sends the dependency descriptor, from which a server reads the layers of AV1. */
  readonly sendsDescriptor: boolean;
  /** Whether the server forwards the dependency descriptor. Without it receivers decode only the lowest spatial layer of AV1. */
  readonly forwardsDescriptor: boolean;
}

/** Codec of a track and support for layers, on which the encodings depend. */
export interface EncodingUse extends LayerSupport {
  /** MIME type of the codec. */
  readonly codec: string;
  /** Whether the app named the codec. */
  readonly isNamed: boolean;
}

/**
 * Returns encodings that a server can forward. VP9 and AV1 have their layers in one stream: mediasoup refuses several streams.
 * Throws `unsupported` for encodings that receivers cannot decode.
 */
export function fitEncodings(encodings: readonly ProducerEncoding[], use: EncodingUse): ProducerEncoding[] {
  const { codec, isNamed, ignoresModes, sendsDescriptor, forwardsDescriptor } = use;
  const isAv1 = /av1$/i.test(codec);
  const last = encodings.at(-1);
  if (last === undefined || !(isAv1 || /vp9$/i.test(codec))) return encodings.map((one) => ({ ...one }));
  const fitting = { ...last };
  const count = encodings.length;
  if (count > 1) {
    if (isNamed)
      throw new TureenError('unsupported', `${codec} has no simulcast, but got ${count} encodings`, {
        argument: 'encodings',
        hint: 'Pass one encoding.',
      });
    fitting.scalabilityMode = isAv1 ? 'L1T3' : `L${Math.min(count, 3)}T3_KEY`;
  }
  if (ignoresModes || (isAv1 && !sendsDescriptor)) delete fitting.scalabilityMode;
  const { scalabilityMode: mode = '' } = fitting;
  if (isAv1 && !forwardsDescriptor && /^.[^1]/.test(mode))
    throw new TureenError('unsupported', `receivers cannot decode scalabilityMode ${mode} of ${codec}`, {
      argument: 'encodings',
      hint: 'Use L1T3.',
    });
  return [fitting];
}
