import { OfferError } from './OfferError.ts';

/** A section of an offer that has no codec in common with the router. */
export class NoCodecError extends OfferError {}
