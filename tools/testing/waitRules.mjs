/** Selectors for ESLint's `no-restricted-syntax`: waits that don't wait for an event. */

/** Calls of a function by name, also as a method of `globalThis`, `window` or `process`. */
const callOf = (name) => `CallExpression:matches([callee.name='${name}'], [callee.property.name='${name}'])`;
const inPromise = "NewExpression[callee.name='Promise']";
const resolves = 'CallExpression[callee.type=Identifier][arguments.length=0]';

/** Waits of a fixed time in all spellings. Use an injected clock or wait for the event. */
export const noFixedWaits = [
  {
    selector: `${inPromise} ${callOf('setTimeout')} > Identifier.arguments:first-child`,
    message: 'No fixed sleeps. Wait for the event, or use a clock.',
  },
  {
    selector: `${inPromise} ${callOf('setTimeout')} > ArrowFunctionExpression.arguments:first-child > ${resolves}`,
    message: 'No fixed sleeps. Wait for the event, or use a clock.',
  },
  {
    selector: `${inPromise} ${callOf('setTimeout')} > ArrowFunctionExpression.arguments:first-child > BlockStatement > ExpressionStatement:first-child:last-child > ${resolves}`,
    message: 'No fixed sleeps. Wait for the event, or use a clock.',
  },
  {
    selector: "CallExpression[callee.property.name='waitForTimeout']",
    message: 'No fixed sleeps. Wait for the event.',
  },
  {
    selector: callOf('setInterval'),
    message: 'No polling loops. Wait for the event, or use the clock of shared/.',
  },
  {
    selector: "CallExpression[callee.object.name='vi'][callee.property.name=/^(waitFor|waitUntil)$/]",
    message: 'No polling. Wait for the event or the call.',
  },
  {
    selector: ':matches(ImportDeclaration, ImportExpression)[source.value=/^(node:)?timers.promises$/]',
    message: 'No fixed sleeps. Wait for the event.',
  },
  {
    selector: "CallExpression[callee.name='promisify'] > Identifier[name=/^set(Timeout|Immediate)$/]",
    message: 'No fixed sleeps. Wait for the event.',
  },
];

const nameIt =
  'Wait for the event or the message. To check that nothing happens, use expectUnchanged() of @tureen/testkit.';

/** A turn of the event loop used as a wait. */
export const noTurnsAsWaits = [
  ...['setImmediate', 'queueMicrotask', 'nextTick'].flatMap((name) => [
    { selector: `${inPromise} ${callOf(name)}`, message: nameIt },
    { selector: `${inPromise} > Identifier[name='${name}']`, message: nameIt },
    { selector: `${inPromise} > MemberExpression[property.name='${name}']`, message: nameIt },
  ]),
  { selector: 'CallExpression[callee.name=/^(settle|quiet)$/]', message: nameIt },
];

/**
 * A turn in a test, through its helper or as one microtask. `expectUnchanged()` contains the turn before a negative assertion, and rejects
 * if a test uses it as a wait. Helpers of the test kit and the fuzzer, which simulate time, may flush.
 */
export const noFlushInTests = [
  { selector: callOf('flushMicrotasks'), message: nameIt },
  { selector: "UnaryExpression[operator='void'] > CallExpression[callee.name='expectUnchanged']", message: nameIt },
  {
    selector: "CallExpression[callee.object.name='expect'][callee.property.name='poll']",
    message: 'No polling. Wait for the event or the call.',
  },
  {
    selector:
      "ExpressionStatement > AwaitExpression > CallExpression[callee.object.name='Promise'][callee.property.name='resolve']",
    message: nameIt,
  },
];
