import { connectionDropped } from '../../shared/commonErrors.ts';

/** Throws where the connection dropped, and closes media that the server has not confirmed, since the server does not keep it. */
export function assertNotDropped(epoch: AbortSignal, media: { close(): void }): void {
  if (!epoch.aborted) return;
  media.close();
  throw connectionDropped();
}
