import { describe, expect, it } from 'vitest';
import { TypedEmitter } from './TypedEmitter.ts';

describe('TypedEmitter', () => {
  it.each(['on', 'once', 'subscribe'] as const)(
    'refuses an argument of %s() that is not a function, and names the event',
    (add) => {
      const emitter = new TypedEmitter<{ ping: object }>();
      expect(() => emitter[add]('ping', undefined as never)).toThrow(
        expect.objectContaining({
          name: 'TureenError',
          code: 'invalidArgument',
          message: "the listener of 'ping' is not a function",
          argument: 'listener',
        }),
      );
    },
  );
});
