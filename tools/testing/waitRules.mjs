/** Selectors for ESLint's `no-restricted-syntax`: waits that are no wait for anything. */

/** Calls of a function of that name, also as a method of `globalThis`, `window` or `process`. */
const callOf = (name) => `CallExpression:matches([callee.name='${name}'], [callee.property.name='${name}'])`;
const inPromise = "NewExpression[callee.name='Promise']";
const resolves = 'CallExpression[callee.type=Identifier][arguments.length=0]';

/** Waiting a fixed time, in any of its spellings. Time is injected (a clock), or the event is waited for. */
export const noFixedWaits = [
  {
    selector: `${inPromise} ${callOf('setTimeout')} > Identifier.arguments:first-child`,
    message: 'No fixed sleeps: wait for the event, or take a clock.',
  },
  {
    selector: `${inPromise} ${callOf('setTimeout')} > ArrowFunctionExpression.arguments:first-child > ${resolves}`,
    message: 'No fixed sleeps: wait for the event, or take a clock.',
  },
  {
    selector: `${inPromise} ${callOf('setTimeout')} > ArrowFunctionExpression.arguments:first-child > BlockStatement > ExpressionStatement:first-child:last-child > ${resolves}`,
    message: 'No fixed sleeps: wait for the event, or take a clock.',
  },
  {
    selector: "CallExpression[callee.property.name='waitForTimeout']",
    message: 'No fixed sleeps: wait for the event.',
  },
  {
    selector: callOf('setInterval'),
    message: 'No polling loops: let the event come, or use the clock of shared/.',
  },
  {
    selector: "CallExpression[callee.object.name='vi'][callee.property.name=/^(waitFor|waitUntil)$/]",
    message: 'No polling: wait for the event or the call.',
  },
  {
    selector: ':matches(ImportDeclaration, ImportExpression)[source.value=/^(node:)?timers.promises$/]',
    message: 'No fixed sleeps: wait for the event.',
  },
  {
    selector: "CallExpression[callee.name='promisify'] > Identifier[name=/^set(Timeout|Immediate)$/]",
    message: 'No fixed sleeps: wait for the event.',
  },
];

const nameIt = 'Wait for the event or the message. Where nothing happens: expectUnchanged() of @tureen/testkit.';

/** One turn of the event loop as a wait. */
export const noTurnsAsWaits = [
  ...['setImmediate', 'queueMicrotask', 'nextTick'].flatMap((name) => [
    { selector: `${inPromise} ${callOf(name)}`, message: nameIt },
    { selector: `${inPromise} > Identifier[name='${name}']`, message: nameIt },
    { selector: `${inPromise} > MemberExpression[property.name='${name}']`, message: nameIt },
  ]),
  { selector: 'CallExpression[callee.name=/^(settle|quiet)$/]', message: nameIt },
];

/**
 * A turn in a test, by its helper or as one microtask. The turn before a negative assertion is in `expectUnchanged()`, which rejects
 * where it stands for a wait. The helpers of the test kit and the fuzzer, which simulate time, may flush.
 */
export const noFlushInTests = [
  { selector: callOf('flushMicrotasks'), message: nameIt },
  { selector: "UnaryExpression[operator='void'] > CallExpression[callee.name='expectUnchanged']", message: nameIt },
  {
    selector: "CallExpression[callee.object.name='expect'][callee.property.name='poll']",
    message: 'No polling: wait for the event or the call.',
  },
  {
    selector:
      "ExpressionStatement > AwaitExpression > CallExpression[callee.object.name='Promise'][callee.property.name='resolve']",
    message: nameIt,
  },
];
