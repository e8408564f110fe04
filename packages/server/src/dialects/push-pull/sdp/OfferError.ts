/** Thrown for an offer that the server refuses. The message is for the client and names the section and its fault. */
export class OfferError extends Error {
  override name = 'OfferError';
}
