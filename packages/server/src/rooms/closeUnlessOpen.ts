import { RoomError } from './RoomError.ts';

/** Returns new media, or closes the media if its owner closed while the worker created it. @throws RoomError `closed`. */
export function closeUnlessOpen<Media extends { close(): void }>(media: Media, isOwnerClosed: boolean): Media {
  if (!isOwnerClosed) return media;
  media.close();
  throw new RoomError('closed');
}
