import { EventEmitter } from 'node:events';
import { describe, expect, test } from 'vitest';

import { NodeEmitter } from './NodeEmitter.ts';

type Emitter = Pick<NodeEmitter, Exclude<keyof NodeEmitter, 'setMaxListeners'>>;

/** Says what happened; Node's own and ours must say the same. */
const scenarios: Record<string, (emitter: Emitter, say: (what: unknown) => void) => void> = {
  'listeners in order, with all arguments': (emitter, say) => {
    emitter.on('a', (...args) => {
      say(['second', ...args]);
    });
    emitter.prependListener('a', () => {
      say('first');
    });
    say(emitter.emit('a', 1, 2));
    say(emitter.emit('b'));
  },
  'once, also where it emits again': (emitter, say) => {
    emitter.once('a', (depth) => {
      say(depth);
      emitter.emit('a', 'again');
    });
    emitter.prependOnceListener('a', () => {
      say('before');
    });
    say(emitter.emit('a', 'outer'));
    say(emitter.listenerCount('a'));
  },
  'who is added or taken off meanwhile': (emitter, say) => {
    const late = () => {
      say('late');
    };
    emitter.on('a', () => {
      emitter.off('a', late).on('a', () => {
        say('new');
      });
    });
    emitter.on('a', late);
    emitter.emit('a');
    emitter.off('a', late).emit('a');
  },
  'the same listener twice': (emitter, say) => {
    const twice = () => {
      say('heard');
    };
    emitter.on('a', twice).on('a', twice).off('a', twice).off('b', twice);
    emitter.emit('a');
    say(emitter.listeners('a').length);
  },
  'a listener that throws': (emitter, say) => {
    emitter.on('a', () => {
      throw new Error('mine');
    });
    emitter.on('a', () => {
      say('never');
    });
    emitter.emit('a');
  },
  'an error that nobody hears': (emitter) => {
    emitter.emit('error', new Error('unheard'));
  },
  'all off, of one event and of all': (emitter, say) => {
    emitter.on('a', () => {}).on('b', () => {});
    emitter.removeAllListeners('a');
    say([emitter.listenerCount('a'), emitter.rawListeners('b').length]);
    emitter.removeAllListeners();
    say(emitter.emit('b'));
  },
};

describe('does what the EventEmitter of Node does', () => {
  test.each(Object.entries(scenarios))('%s', (_name, scenario) => {
    const run = (emitter: Emitter) => {
      const said: unknown[] = [];
      try {
        scenario(emitter, (what) => said.push(what));
      } catch (error) {
        said.push((error as Error).message);
      }
      return said;
    };

    expect(run(new NodeEmitter())).toEqual(run(new EventEmitter() as unknown as Emitter));
  });
});
