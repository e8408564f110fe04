import { errors } from 'mediasoup';
import { MediaError } from '../MediaBackend.ts';

/** Does it, and puts what mediasoup throws into our words. */
export async function asked<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    throw toMediaError(error);
  }
}

/** As {@link asked}, for what is not awaited. */
export function askedNow<T>(work: () => T): T {
  try {
    return work();
  } catch (error) {
    throw toMediaError(error);
  }
}

function toMediaError(error: unknown): MediaError {
  if (error instanceof MediaError) return error;
  const message = error instanceof Error ? withoutMethod(error.message) : String(error);
  const options = { cause: error };
  if (error instanceof errors.WorkerClosedError) return new MediaError('closed', 'the media worker is gone', options);
  if (error instanceof errors.NotFoundError) return new MediaError('closed', message, options);
  // RangeError: a number that does not fit into the worker's messages.
  if (error instanceof TypeError || error instanceof RangeError || error instanceof errors.UnsupportedError)
    return new MediaError('invalidParameters', message, options);
  return new MediaError('refused', message, options);
}

/** The worker puts the name of its own call behind its words. */
function withoutMethod(message: string): string {
  return message.replace(/ \[method:[^\]]*\]$/, '');
}
