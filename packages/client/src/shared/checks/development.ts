import type { Clock } from '@tureen/kernel';
import { roomEventNames } from '../../room/roomEventNames.ts';
import { invalidArgument } from '../invalidArgument.ts';
import type { Logger } from '../logger.ts';

// Checks for development. The package exports them under the condition `development`, and `production.ts` elsewhere. Checks that
// production also needs are in the calling code.

/**
 * Allowed values, written as a type: names of `typeof` types and `null`, texts in quotes, `number > 0`, `array`, `AbortSignal`. A
 * `number` is finite. ` | ` separates alternatives. The hint of the error repeats the rule.
 */
type Rule = string;

/** Names of options by their rule. An option means the same in every call, so each name appears here once. */
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

/** Returns whether `value` fits one alternative of a rule. */
function fits(value: unknown, rule: Rule): boolean {
  switch (rule) {
    case 'number':
      return Number.isFinite(value);
    case 'number > 0':
      return typeof value === 'number' && value > 0;
    case 'array':
      return Array.isArray(value);
    case 'AbortSignal':
      // Accepts a signal of another window too.
      return typeof (value as AbortSignal | null)?.addEventListener === 'function';
    case 'null':
      return value === null;
    case 'object':
      return typeof value === rule && value !== null;
  }
  return typeof value === rule || (typeof value === 'string' && `'${value}'` === rule);
}

/** Throws `invalidArgument` unless `value` fits `rule`. */
export function checkValue(value: unknown, argument: string, rule: Rule): void {
  if (rule.split(' | ').some((one) => fits(value, one))) return;
  // Hides objects, which would read `[object Object]`, and texts, which may be secret or long. Texts appear where the rule
  // expects one of a few.
  const isShown = Object(value) !== value && (typeof value !== 'string' || rule.includes("'"));
  const is = isShown && typeof value !== 'symbol' ? `${value as number}` : `of type ${typeof value}`;
  throw invalidArgument(argument, `Pass ${rule}.`, `${argument} is ${is}`);
}

/**
 * Throws `invalidArgument` unless `options` is an object, and each option that has a rule fits the rule. `names`: options to
 * check in a call to which apps also pass their own objects, where other names mean something else.
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

/** Throws `invalidArgument` unless `fields` is an object and all its values fit `rule`. */
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

/** Throws `invalidArgument` for a part of the app that lacks a method. `checkOptions` has checked that each part is an object. */
export function checkParts(parts: {
  logger?: Logger | undefined;
  clock?: Clock | undefined;
  engine?: object | undefined;
}): void {
  checkMethods(parts.logger, 'logger.', ['debug', 'info', 'warn', 'error']);
  checkMethods(parts.clock, 'clock.', ['now', 'after']);
  checkMethods(parts.engine, 'engine.', ['open']);
}

/** Names of events by class of the emitter. */
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

/** Loggers of rooms, by the room and by the function that its emitters report listener errors to. */
const watched = new WeakMap<object, Watched>();

/** Registers the logger of a room for `warnOfUnknownEvent`. */
export function watchEvents(logger: Logger, owners: readonly object[]): void {
  const entry = { logger, warned: new Set<string>() };
  for (const owner of owners) watched.set(owner, entry);
}

/** Public member that identifies each class. Bundlers change the names of classes. */
const members = {
  Room: 'produceData',
  Peer: 'consumerOf',
  Consumer: 'setPreferredLayers',
  Producer: 'switchDevice',
  DataConsumer: 'setSubscribed',
  DataProducer: 'bufferedAmountLowThreshold',
  DeviceCatalog: 'list',
} as const satisfies Record<keyof typeof eventNames, string>;

/**
 * Warns of a listener for an event that the emitter does not have, once for each name in a room. `event`: any value that the app
 * passed.
 */
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
