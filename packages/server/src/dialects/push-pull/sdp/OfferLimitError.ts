import { OfferError } from './OfferError.ts';

/** Thrown for an offer above the limits of the server. The server accepts smaller offers. */
export class OfferLimitError extends OfferError {}
