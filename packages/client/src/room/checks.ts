import { type MediaKind, readId } from '@tureen/protocol/common';
import { TureenError } from '../shared/errors.ts';
import type { RoomOptions } from './RoomTypes.ts';

const highestLayer = 7;

function wrong(hint: string, message: string): TureenError {
  return new TureenError('invalidArgument', message, { hint });
}

/** The id as the server will read it: normalized (NFC) and trimmed. */
export function checkedId(id: unknown, name: string): string {
  checkString(id, name);
  const read = readId(id);
  if (!read.ok) throw wrong(name, `${name}: ${read.issue.message}`);
  return read.value;
}

/** The options of a room but for its ids, whatever a caller without types has put there. */
export function checkRoomOptions({
  dialect,
  transport,
  consume,
  requestTimeoutMs,
  reconnectPolicy,
}: Partial<RoomOptions>): void {
  if (typeof dialect?.open !== 'function') throw wrong('dialect: mediasoupV3()', 'dialect is missing');
  if (typeof transport?.connect !== 'function') {
    throw wrong('transport: new ProtooTransport({ url })', 'transport is missing');
  }
  if (consume !== undefined && consume !== 'auto' && consume !== 'manual' && typeof consume !== 'function') {
    throw wrong('consume', "consume must be 'auto', 'manual' or a function");
  }
  if (requestTimeoutMs !== undefined && !(requestTimeoutMs > 0)) {
    throw wrong('requestTimeoutMs', 'requestTimeoutMs must be a positive number of ms');
  }
  if (reconnectPolicy !== undefined && reconnectPolicy !== null && typeof reconnectPolicy !== 'function') {
    throw wrong('reconnectPolicy', 'reconnectPolicy must be a function or null');
  }
}

export function checkString(value: unknown, name: string): asserts value is string {
  if (typeof value !== 'string') throw wrong(name, `${name} is not a string`);
}

export function checkInteger(value: unknown, name: string, min: number, max: number): void {
  if (!Number.isInteger(value) || (value as number) < min || (value as number) > max) {
    throw wrong(name, `${name} must be an integer from ${min} to ${max}, not ${String(value)}`);
  }
}

export function checkLayer(layer: unknown, name: string): void {
  checkInteger(layer, name, 0, highestLayer);
}

/** As mediasoup takes it. */
export function checkPriority(priority: unknown): void {
  checkInteger(priority, 'priority', 1, 255);
}

/** A live track, of that kind where one is given. */
export function checkTrack(track: unknown, kind?: MediaKind): asserts track is MediaStreamTrack {
  const given = track as Partial<MediaStreamTrack> | null | undefined;
  if (given?.kind !== 'audio' && given?.kind !== 'video') throw wrong('track', 'not a MediaStreamTrack');
  if (kind !== undefined && given.kind !== kind) {
    throw wrong('track', `a track of ${given.kind} cannot replace one of ${kind}`);
  }
  if (given.readyState === 'ended') throw wrong('track', 'the track has ended');
}
