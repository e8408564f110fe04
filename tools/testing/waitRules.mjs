/** Selectors for ESLint's `no-restricted-syntax`: waits that are no wait for anything. */

/** Waiting a fixed time, in any of its spellings. Time is injected (a clock), or the event is waited for. */
export const noFixedWaits = [
  {
    selector:
      "NewExpression[callee.name='Promise'] CallExpression[callee.name='setTimeout'] > Identifier.arguments:first-child",
    message: 'No fixed sleeps: wait for the event, or take a clock.',
  },
  {
    selector: "CallExpression[callee.property.name='waitForTimeout']",
    message: 'No fixed sleeps: wait for the event.',
  },
  {
    selector: "CallExpression[callee.name='setInterval']",
    message: 'No polling loops: let the event come, or use the clock of shared/.',
  },
  {
    selector: "CallExpression[callee.object.name='vi'][callee.property.name=/^(waitFor|waitUntil)$/]",
    message: 'No polling: wait for the event or the call.',
  },
  {
    selector: "ImportDeclaration[source.value='node:timers/promises']",
    message: 'No fixed sleeps: wait for the event.',
  },
];

const nameIt = 'Wait for the event or the message. Where nothing happens: expectUnchanged() of @tureen/testkit.';

/** One turn of the event loop as a wait. */
export const noTurnsAsWaits = [
  { selector: "NewExpression[callee.name='Promise'] CallExpression[callee.name='setImmediate']", message: nameIt },
  { selector: "NewExpression[callee.name='Promise'] > Identifier[name='setImmediate']", message: nameIt },
  { selector: 'CallExpression[callee.name=/^(settle|quiet)$/]', message: nameIt },
];

/**
 * A turn in a test, by its helper or as one microtask. The turn before a negative assertion is in `expectUnchanged()`, which rejects
 * where it stands for a wait. The helpers of the test kit and the fuzzer, which simulate time, may flush.
 */
export const noFlushInTests = [
  { selector: "CallExpression[callee.name='flushMicrotasks']", message: nameIt },
  {
    selector:
      "ExpressionStatement > AwaitExpression > CallExpression[callee.object.name='Promise'][callee.property.name='resolve']",
    message: nameIt,
  },
];
