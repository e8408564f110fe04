import { connectionDropped } from '../../shared/commonErrors.ts';

/** Closes media that the server has not confirmed, and throws, where the connection dropped: the server does not keep it. */
export function assertNotDropped(epoch: AbortSignal, media: { close(): void }): void {
  if (!epoch.aborted) return;
  media.close();
  throw connectionDropped();
}
