import { OfferError } from './OfferError.ts';

/** Thrown for a section of an offer that has no codec in common with the router. */
export class NoCodecError extends OfferError {}
