import * as v from 'valibot';
import { integer, milliseconds } from '../schemas.ts';
import type { SettingsOf } from '../Setting.ts';

/** The worker stores bitrates as 32 bits. */
const bitrate = integer(0, 2 ** 32 - 1);

/** Settings that limit the media of a client. */
export const bitrates: SettingsOf<
  'maxIncomingBitrate' | 'maxOutgoingBitrate' | 'initialAvailableOutgoingBitrate' | 'keyFrameRequestDelayMs'
> = {
  maxIncomingBitrate: {
    group: 'Media',
    kind: 'integer',
    placeholder: 'n',
    unit: 'bit/s',
    help: 'Maximum media bitrate from a client on one transport; 0: no limit',
    default: 10_000_000,
    schema: bitrate,
  },
  maxOutgoingBitrate: {
    group: 'Media',
    kind: 'integer',
    placeholder: 'n',
    unit: 'bit/s',
    help: 'Maximum media bitrate to a client on one transport; 0: no limit',
    default: 0,
    schema: v.pipe(
      bitrate,
      v.check((value) => value === 0 || value >= 30_000, 'must be 0, or 30000 or more'),
    ),
  },
  initialAvailableOutgoingBitrate: {
    group: 'Media',
    kind: 'integer',
    placeholder: 'n',
    unit: 'bit/s',
    help: 'First estimate of the bitrate that a client can receive',
    default: 1_000_000,
    schema: integer(1, 2 ** 32 - 1),
  },
  keyFrameRequestDelayMs: {
    group: 'Media',
    kind: 'integer',
    placeholder: 'n',
    unit: 'ms',
    help: 'Minimum time between two key frame requests to the sender of a stream; 0: no minimum',
    default: 500,
    schema: milliseconds(0),
  },
};
