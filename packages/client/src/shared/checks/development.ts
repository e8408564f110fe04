import type { Clock } from '@tureen/kernel';
import { roomEventNames } from '../../room/roomEventNames.ts';
import { invalidArgument } from '../invalidArgument.ts';
import type { Logger } from '../logger.ts';

// Checks for development: the package has them under the condition `development`, and `production.ts` elsewhere. What production
// checks too stands at the call.

/**
 * What a value may be, written as a type: names of `typeof` types and `null`, texts in quotes, `number > 0`, `array`, `AbortSignal`.
 * A `number` is finite. Alternatives are separated by ` | `. The hint of the error repeats the rule.
 */
type Rule = string;

/** Names of options by their rule. An option means the same in every call, so each name stands here once. */
const namesByRule: Readonly<Record<Rule, string>> = {
  boolean:
    'paused ordered simulcast echoCancellation noiseSuppression autoGainControl asDefault forceTcp sourceByKind spy audience renumberPayloadTypes autoConnect',
  string: 'codec handlerName roomToken',
  'string | null': 'deviceId',
  number: 'intervalMs timeoutMs width height frameRate scaleResolutionDownBy maxBitrate',
  'number > 0': 'requestTimeoutMs answerTimeoutMs heartbeatMs',
  function: 'where onListenerError connect close deliver',
  'function | null': 'reconnectPolicy',
  'function | object': 'handlerFactory logger engine',
  object: 'device constraints mediaDevices clock additionalSettings configuration',
  'boolean | object': 'audio',
  array: 'encodings layers protocols iceServers mimeTypes',
  AbortSignal: 'signal',
  "'auto' | 'manual' | function": 'consume',
  "'owned' | 'borrowed'": 'ownership',
  "'user' | 'environment'": 'facingMode',
  "'detail' | 'text' | 'motion'": 'contentHint',
  "'all' | 'relay'": 'iceTransportPolicy',
  "'classic' | 'notify' | 'auto'": 'variant',
  "'notification' | 'request' | 'bare'": 'envelope',
  "'standard' | 'rtcpilot'": 'profile',
  "'resume' | 'rejoin'": 'reconnect',
};

/** Whether `value` is what one alternative of a rule names. */
function fits(value: unknown, rule: Rule): boolean {
  switch (rule) {
    case 'number':
      return Number.isFinite(value);
    case 'number > 0':
      return typeof value === 'number' && value > 0;
    case 'array':
      return Array.isArray(value);
    case 'AbortSignal':
      // Of another window too.
      return typeof (value as AbortSignal | null)?.addEventListener === 'function';
    case 'null':
      return value === null;
    case 'object':
      return typeof value === rule && value !== null;
  }
  return typeof value === rule || (typeof value === 'string' && `'${value}'` === rule);
}

/** Throws `invalidArgument` unless `value` is one of what `rule` names. */
export function checkValue(value: unknown, argument: string, rule: Rule): void {
  if (rule.split(' | ').some((one) => fits(value, one))) return;
  // An object would read `[object Object]`, and a text may be a secret or long, unless one of a few texts is expected.
  const isShown = Object(value) !== value && (typeof value !== 'string' || rule.includes("'"));
  const is = isShown && typeof value !== 'symbol' ? `${value as number}` : `of type ${typeof value}`;
  throw invalidArgument(argument, `Pass ${rule}.`, `${argument} is ${is}`);
}

/**
 * Throws `invalidArgument` unless `options` is an object, and each option in it that has a rule follows the rule. `names`: the
 * options of a call that apps also give objects of their own, in which other names mean something else.
 */
export function checkOptions(options: object, path = 'options', names?: string): void {
  checkValue(options, path, 'object');
  for (const [name, value] of Object.entries(options) as [string, unknown][])
    for (const [rule, ruled] of Object.entries(namesByRule))
      if (value !== undefined && [ruled, names ?? name].every((list) => list.split(' ').includes(name)))
        checkValue(value, path === 'options' ? name : `${path}.${name}`, rule);
}

/** Runs `checkOptions` on each of `list`. */
export function checkEach(list: readonly object[], path: string): void {
  for (const [index, one] of list.entries()) checkOptions(one, `${path}[${index}]`);
}

/** Throws `invalidArgument` unless `fields` is an object and all that is in it follows `rule`. */
export function checkFields(fields: object, path: string, rule: Rule): void {
  checkValue(fields, path, 'object');
  for (const [name, value] of Object.entries(fields)) checkValue(value, `${path}.${name}`, rule);
}

/** Throws `invalidArgument` unless `object` has these methods. */
export function checkMethods(object: object | undefined, path: string, methods: readonly string[]): void {
  if (object !== undefined)
    for (const name of methods)
      checkValue((object as Readonly<Record<string, unknown>>)[name], path + name, 'function');
}

/** Throws `invalidArgument` for a part of the app that lacks a method. `checkOptions` has found each to be an object. */
export function checkParts(parts: {
  logger?: Logger | undefined;
  clock?: Clock | undefined;
  engine?: object | undefined;
}): void {
  checkMethods(parts.logger, 'logger.', ['debug', 'info', 'warn', 'error']);
  checkMethods(parts.clock, 'clock.', ['now', 'after']);
  checkMethods(parts.engine, 'engine.', ['open']);
}

/** Names of events, by the class of the emitter. */
export const eventNames = {
  Room: roomEventNames,
  Peer: [
    'newConsumer',
    'newDataConsumer',
    'displayNameChanged',
    'reconnecting',
    'reconnected',
    'textMessage',
    'closed',
  ],
  Consumer: [
    'paused',
    'resumed',
    'layersChanged',
    'preferredLayersSet',
    'score',
    'trackChanged',
    'playing',
    'stats',
    'closed',
  ],
  Producer: ['paused', 'resumed', 'score', 'trackEnded', 'deviceChanged', 'muteChanged', 'stats', 'closed'],
  DataConsumer: ['open', 'message', 'messagesLost', 'error', 'closed'],
  DataProducer: ['open', 'interrupted', 'bufferedAmountLow', 'messagesLost', 'error', 'closed'],
  DeviceCatalog: ['devicesChanged'],
} as const;

interface Watched {
  readonly logger: Logger;
  readonly warned: Set<string>;
}

/** Loggers of rooms, by the room and by what its emitters report errors of listeners to. */
const watched = new WeakMap<object, Watched>();

/** Lets `warnOfUnknownEvent` write to the logger of a room. */
export function watchEvents(logger: Logger, owners: readonly object[]): void {
  const entry = { logger, warned: new Set<string>() };
  for (const owner of owners) watched.set(owner, entry);
}

/** A public member that tells each class from the others. Bundlers change the names of classes. */
const members = {
  Room: 'produceData',
  Peer: 'consumerOf',
  Consumer: 'setPreferredLayers',
  Producer: 'switchDevice',
  DataConsumer: 'setSubscribed',
  DataProducer: 'bufferedAmountLowThreshold',
  DeviceCatalog: 'list',
} as const satisfies Record<keyof typeof eventNames, string>;

/** Warns of a listener for an event that the emitter does not have, once for each name in a room. `event`: whatever a caller gave. */
export function warnOfUnknownEvent(emitter: object, event: unknown, onListenerError: object | undefined): void {
  const entry = watched.get(emitter) ?? watched.get(onListenerError ?? emitter);
  const name = (Object.keys(members) as (keyof typeof members)[]).find((one) => members[one] in emitter);
  if (entry === undefined || name === undefined) return;
  const names: readonly string[] = eventNames[name];
  const given = String(event);
  if (names.includes(given) || entry.warned.has(`${name} ${given}`)) return;
  entry.warned.add(`${name} ${given}`);
  const meant = names.find((one) => one.toLowerCase() === given.toLowerCase());
  entry.logger.warn(`${name} has no event '${given}'${meant === undefined ? '' : `; use '${meant}'`}`);
}
