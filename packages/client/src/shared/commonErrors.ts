import { invalidArgument } from './invalidArgument.ts';
import { TureenError } from './errors.ts';

// Errors that several modules throw. Two copies of a text that are far apart need space twice in a bundle.

export const connectionDropped = (): TureenError => new TureenError('connectionLost', 'the connection dropped');

export const attemptGivenUp = (): TureenError => new TureenError('aborted', 'the connection attempt was canceled');

export const leftWhileJoining = (): TureenError => new TureenError('closed', 'the room was left during the join');

/** Throws `invalidArgument` for a data channel with two limits on retransmission. */
export function checkReliability(options: {
  readonly maxPacketLifeTime?: number | undefined;
  readonly maxRetransmits?: number | undefined;
}): void {
  if (options.maxPacketLifeTime !== undefined && options.maxRetransmits !== undefined)
    throw invalidArgument('maxRetransmits', 'Pass maxPacketLifeTime or maxRetransmits, not both.');
}
