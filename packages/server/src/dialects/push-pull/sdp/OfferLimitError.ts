import { OfferError } from './OfferError.ts';

/** An offer beyond the limits of the server. Clients that offer less can be served. */
export class OfferLimitError extends OfferError {}
