/** An offer that cannot be served. The message is for the client: it names the section and what is wrong with it. */
export class OfferError extends Error {
  override name = 'OfferError';
}
