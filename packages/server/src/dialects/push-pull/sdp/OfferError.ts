/** An offer that the server refuses. The message is for the client and names the section with its fault. */
export class OfferError extends Error {
  override name = 'OfferError';
}
