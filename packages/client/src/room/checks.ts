import {
  MAX_APP_DATA_BYTES,
  MAX_APP_DATA_DEPTH,
  MAX_NAME_LENGTH,
  type MediaKind,
  readId,
} from '@tureen/protocol/common';
import { TureenError } from '../shared/errors.ts';
import { toJson } from '../shared/json.ts';
import type { JoinOptions, RoomOptions } from './options.ts';

const highestLayer = 7;

function wrong(argument: string, message: string, hint?: string): TureenError {
  return new TureenError('invalidArgument', message, { argument, hint });
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
  logger,
}: Partial<RoomOptions>): void {
  if (typeof dialect?.open !== 'function')
    throw wrong('dialect', 'dialect is missing', 'Pass a dialect, e.g. mediasoupV3().');
  if (typeof transport?.connect !== 'function') {
    throw wrong('transport', 'transport is missing', 'Pass a transport, e.g. new ProtooTransport({ url }).');
  }
  if (consume !== undefined && consume !== 'auto' && consume !== 'manual' && typeof consume !== 'function') {
    throw wrong('consume', "consume must be 'auto', 'manual' or a function");
  }
  if (requestTimeoutMs !== undefined && !(typeof requestTimeoutMs === 'number' && requestTimeoutMs > 0)) {
    throw wrong('requestTimeoutMs', 'requestTimeoutMs must be a positive number of ms');
  }
  if (reconnectPolicy !== undefined && reconnectPolicy !== null && typeof reconnectPolicy !== 'function') {
    throw wrong('reconnectPolicy', 'reconnectPolicy must be a function or null');
  }
  if (logger !== undefined && typeof logger?.warn !== 'function') {
    throw wrong('logger', 'logger has no warn()', 'Pass `console`, or an object with debug, info, warn and error.');
  }
}

/** An object, whatever is in it. */
export function checkOptions(options: unknown): void {
  if (typeof options !== 'object' || options === null)
    throw wrong('options', `the options are ${describe(options)}, not an object`);
}

export function checkJoinOptions({ displayName, appData, device }: JoinOptions): void {
  checkText(displayName, 'displayName');
  checkAppData(appData, true);
  for (const text of Object.values(device ?? {})) if (typeof text === 'string') checkText(text, 'device');
}

export function checkString(value: unknown, name: string): asserts value is string {
  if (typeof value !== 'string') throw wrong(name, `${name} is ${describe(value)}, not a string`);
}

/** A name or label within what servers take. */
export function checkText(value: unknown, name: string): asserts value is string {
  checkString(value, name);
  checkLimit(value.length, name, MAX_NAME_LENGTH, 'characters');
}

export function checkBytes(text: string, name: string, limit: number): void {
  checkLimit(new TextEncoder().encode(text).length, name, limit, 'bytes');
}

/** What the app attaches: JSON within what servers take, an object unless `isAny`. Undefined stands for nothing. */
export function checkAppData(appData: unknown, isAny = false): void {
  if (appData === undefined) return;
  const json = toJson(appData, 'appData');
  if (!isAny && !json.startsWith('{')) throw wrong('appData', 'appData is not an object');
  checkBytes(json, 'appData', MAX_APP_DATA_BYTES);
  checkLimit(depthOf(JSON.parse(json)), 'appData', MAX_APP_DATA_DEPTH, 'levels');
}

function checkLimit(value: number, name: string, limit: number, unit: string): void {
  if (value > limit) throw wrong(name, `${name} has ${value} ${unit}, the limit is ${limit}`);
}

function depthOf(json: unknown): number {
  if (typeof json !== 'object' || json === null) return 0;
  return Math.max(0, ...Object.values(json).map((value) => 1 + depthOf(value)));
}

/** An array, without the numbers that JSON cannot write. A browser would take NaN for 0 bit/s. */
export function checkEncodings(encodings: unknown): void {
  if (encodings === undefined) return;
  if (!Array.isArray(encodings)) throw wrong('encodings', 'encodings is not an array');
  for (const [name, value] of encodings.flatMap((one: unknown) => Object.entries(Object(one) as object)) as [
    string,
    unknown,
  ][])
    if (typeof value === 'bigint' || (typeof value === 'number' && !Number.isFinite(value)))
      throw wrong('encodings', `${name} is ${value}`);
}

/** A value in a message: short, and never `[object Object]`. */
function describe(value: unknown): string {
  return typeof value === 'object' && value !== null
    ? 'an object'
    : typeof value === 'symbol'
      ? 'a symbol'
      : `${value as string}`;
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
