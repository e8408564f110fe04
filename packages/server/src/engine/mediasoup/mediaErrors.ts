import { errors } from 'mediasoup';
import { MediaError } from '../port/MediaError.ts';
import type { MediaErrorCode } from '../port/MediaError.ts';

/** Runs work without a request to a worker, and converts errors of mediasoup to {@link MediaError}. */
export function askedNow<T>(work: () => T): T {
  try {
    return work();
  } catch (error) {
    throw toMediaError(error);
  }
}

/**
 * Texts of refusals for clients. The worker's own text contains local addresses, ports and IDs of other entities. So that
 * text goes only to the log (mediasoup logs every refused request) and into `cause`.
 */
const workerRefusals: readonly (readonly [RegExp, MediaErrorCode, string])[] = [
  [/no more available ports|too many open files|EMFILE/i, 'noPort', 'no media port left'],
  [/address (already in use|not available)/i, 'noPort', 'no media port left'],
  [/ssrc already exists/i, 'refused', 'SSRC in use'],
  [/MID already exists/, 'refused', 'MID in use'],
  [/RID already exists/, 'refused', 'RID in use'],
  [/streamId already exists/, 'refused', 'stream ID in use'],
  [/connect\(\) already called/, 'refused', 'already connected'],
  [/SCTP not enabled/, 'refused', 'the transport has no data channels'],
  [/channel closed/i, 'closed', 'the media worker exited'],
];

/** Converts an error of mediasoup. */
export function toMediaError(error: unknown): MediaError {
  if (error instanceof MediaError) return error;
  const options = { cause: error };
  const words = error instanceof Error ? error.message : String(error);
  if (error instanceof errors.WorkerClosedError) return new MediaError('closed', 'the media worker exited', options);
  if (error instanceof errors.NotFoundError) return new MediaError('closed', 'closed', options);
  for (const [pattern, code, text] of workerRefusals)
    if (pattern.test(words)) return new MediaError(code, text, options);
  // A number does not fit into a message to the worker.
  if (error instanceof RangeError) return new MediaError('invalidParameters', 'a number is out of range', options);
  if (error instanceof TypeError || error instanceof errors.UnsupportedError)
    return new MediaError('invalidParameters', isOfWorker(error) ? 'invalid parameters' : words, options);
  return new MediaError('refused', 'refused by the media worker', options);
}

/**
 * Returns whether the worker refused. The checks of mediasoup itself concern the client's own parameters, and their text
 * helps the client.
 */
function isOfWorker({ stack = '' }: Error): boolean {
  return stack.includes('processResponse');
}
