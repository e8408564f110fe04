import * as v from 'valibot';
import { integer, milliseconds } from '../schemas.ts';
import type { SettingsOf } from '../Setting.ts';

/** Bitrates travel to the worker as 32 bits. */
const bitrate = integer(0, 2 ** 32 - 1);

/** How much media a client may send and get. */
export const bitrates: SettingsOf<
  'maxIncomingBitrate' | 'maxOutgoingBitrate' | 'initialAvailableOutgoingBitrate' | 'keyFrameRequestDelayMs'
> = {
  maxIncomingBitrate: {
    group: 'Media',
    kind: 'integer',
    placeholder: 'n',
    unit: 'bit/s',
    help: 'Most media that a client may send on one transport; 0 is no limit',
    default: 10_000_000,
    schema: bitrate,
  },
  maxOutgoingBitrate: {
    group: 'Media',
    kind: 'integer',
    placeholder: 'n',
    unit: 'bit/s',
    help: 'Most media that the server sends on one transport; 0 is no limit',
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
    help: 'First estimate of what a client can receive',
    default: 1_000_000,
    schema: integer(1, 2 ** 32 - 1),
  },
  keyFrameRequestDelayMs: {
    group: 'Media',
    kind: 'integer',
    placeholder: 'n',
    unit: 'ms',
    help: 'Least time between two key frame requests to the sender of a stream; 0 is no least time',
    default: 500,
    schema: milliseconds(0),
  },
};
