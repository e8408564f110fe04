import {
  MAX_APP_DATA_BYTES,
  MAX_APP_DATA_DEPTH,
  MAX_NAME_LENGTH,
  type MediaKind,
  readId,
} from '@tureen/protocol/common';
import type { ProducerCodecOptions, ProducerEncoding } from '../media/MediaEngine.ts';
import { checkFields, checkOptions, checkParts } from '../shared/checks/development.ts';
import { invalidArgument } from '../shared/invalidArgument.ts';
import { toJson } from '../shared/json.ts';
import type { JoinOptions, RoomOptions } from './options.ts';

const highestLayer = 7;

/** Returns the ID as the server reads it: normalized (NFC) and trimmed. Throws `invalidArgument`. */
export function checkedId(id: unknown, name: string): string {
  checkString(id, name);
  const read = readId(id);
  if (!read.ok)
    throw invalidArgument(name, 'Pass 1 to 128 printable characters.', `${name} is not valid: ${read.issue.message}`);
  return read.value;
}

/** Checks that the options of a constructor or call are an object, and then each option. `names` as in `checkOptions`. */
export function checkCallOptions(options: object, names?: string): void {
  if (typeof options !== 'object' || (options as object | null) === null)
    throw invalidArgument('options', 'Pass an object.');
  checkOptions(options, 'options', names);
}

/** Checks the options of a room except its IDs. An app without types may pass any value. */
export function checkRoomOptions(options: RoomOptions): void {
  const { dialect, transport, consume, requestTimeoutMs, reconnectPolicy, logger } = options as Partial<RoomOptions>;
  if (typeof dialect?.open !== 'function') throw invalidArgument('dialect', 'Pass a dialect, e.g. mediasoupV3().');
  if (typeof transport?.connect !== 'function')
    throw invalidArgument('transport', 'Pass a transport, e.g. new ProtooTransport({ url }).');
  if (consume !== undefined && consume !== 'auto' && consume !== 'manual' && typeof consume !== 'function')
    throw invalidArgument('consume', "Pass 'auto', 'manual' or a function.");
  if (requestTimeoutMs !== undefined && !(typeof requestTimeoutMs === 'number' && requestTimeoutMs > 0))
    throw invalidArgument('requestTimeoutMs', 'Pass a positive number of ms.');
  if (reconnectPolicy !== undefined && reconnectPolicy !== null && typeof reconnectPolicy !== 'function')
    throw invalidArgument('reconnectPolicy', 'Pass a function or null.');
  checkParts(options);
  if (logger !== undefined && typeof logger?.warn !== 'function')
    throw invalidArgument('logger', 'Pass console or another Logger.');
}

export function checkJoinOptions({ displayName, appData, device }: JoinOptions): void {
  checkText(displayName, 'displayName');
  checkAppData(appData, true);
  if (device) for (const name of ['flag', 'name', 'version'] as const) checkText(device[name], `device.${name}`);
}

export function checkString(value: unknown, name: string): asserts value is string {
  if (typeof value !== 'string') throw invalidArgument(name, 'Pass a string.');
}

/** Checks that a name or label is within the limit of servers. */
export function checkText(value: unknown, name: string): asserts value is string {
  checkString(value, name);
  checkLimit(value.length, name, MAX_NAME_LENGTH, 'characters');
}

export function checkBytes(text: string, name: string, limit: number): void {
  checkLimit(new TextEncoder().encode(text).length, name, limit, 'bytes');
}

/** Checks that `appData` is JSON within the limits of servers, and an object unless `isAny`. Accepts undefined. */
export function checkAppData(appData: unknown, isAny = false): void {
  if (appData === undefined) return;
  const json = toJson(appData, 'appData');
  if (!isAny && !json.startsWith('{')) throw invalidArgument('appData', 'Pass a plain object.');
  checkBytes(json, 'appData', MAX_APP_DATA_BYTES);
  checkLimit(depthOf(JSON.parse(json)), 'appData', MAX_APP_DATA_DEPTH, 'levels');
}

function checkLimit(value: number, name: string, limit: number, unit: string): void {
  if (value > limit)
    throw invalidArgument(name, 'Shorten the value.', `${name} has ${value} ${unit}, the limit is ${limit}`);
}

function depthOf(json: unknown): number {
  if (typeof json !== 'object' || json === null) return 0;
  return Math.max(0, ...Object.values(json).map((value) => 1 + depthOf(value)));
}

/** Checks that encodings are an array without numbers that JSON cannot represent. A browser would read NaN as 0 bit/s. */
export function checkEncodings(encodings: readonly ProducerEncoding[] | undefined): void {
  if (encodings === undefined) return;
  if (!Array.isArray(encodings)) throw invalidArgument('encodings', 'Pass an array.');
  for (const [index, encoding] of encodings.entries()) {
    const path = `encodings[${index}]`;
    checkFields(encoding as object, path, 'number | string | boolean | undefined');
    for (const [name, value] of Object.entries(Object(encoding) as object) as [string, unknown][])
      if (typeof value === 'bigint' || (typeof value === 'number' && !Number.isFinite(value)))
        throw invalidArgument(`${path}.${name}`, 'Pass a finite number.', `${path}.${name} is ${value}`);
  }
}

export function checkCodecOptions(options: ProducerCodecOptions | undefined, name: string): void {
  if (options !== undefined) checkFields(options, name, 'number | boolean | undefined');
}

export function checkInteger(value: unknown, name: string, min: number, max: number): void {
  if (!Number.isInteger(value) || (value as number) < min || (value as number) > max) {
    throw invalidArgument(name, `Pass an integer from ${min} to ${max}.`, `${name} is ${String(value)}`);
  }
}

export function checkLayer(layer: unknown, name: string): void {
  checkInteger(layer, name, 0, highestLayer);
}

/** Checks a priority by mediasoup's limits. */
export function checkPriority(priority: unknown): void {
  checkInteger(priority, 'priority', 1, 255);
}

/** Checks for a live track, of `kind` if given. */
export function checkTrack(track: unknown, kind?: MediaKind): asserts track is MediaStreamTrack {
  const given = track as Partial<MediaStreamTrack> | null | undefined;
  if (given?.kind !== 'audio' && given?.kind !== 'video') throw invalidArgument('track', 'Pass a track.');
  if (kind !== undefined && given.kind !== kind)
    throw invalidArgument('track', `Pass a track of ${kind}.`, `track is of ${given.kind}`);
  if (given.readyState === 'ended') throw invalidArgument('track', 'Pass a live track.', 'track has ended');
}
