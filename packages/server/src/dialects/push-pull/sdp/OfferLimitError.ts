import { OfferError } from './OfferError.ts';

/** An offer beyond the limits of the server. The server accepts smaller offers. */
export class OfferLimitError extends OfferError {}
