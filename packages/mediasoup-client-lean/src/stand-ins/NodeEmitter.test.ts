import { EventEmitter } from 'node:events';
import { describe, expect, it } from 'vitest';

import { NodeEmitter } from './NodeEmitter.ts';

type Emitter = Pick<
  NodeEmitter,
  'emit' | 'on' | 'once' | 'off' | 'removeAllListeners' | 'listenerCount' | 'listeners' | 'setMaxListeners'
>;

/** Scenarios that Node's emitter and the stand-in must record equally. */
const scenarios: Record<string, (emitter: Emitter, record: (value: unknown) => void) => void> = {
  'calls listeners in order, with all arguments': (emitter, record) => {
    emitter.on('a', (...args) => {
      record(['first', ...args]);
    });
    emitter.on('a', () => {
      record('second');
    });
    record(emitter.emit('a', 1, 2));
    record(emitter.emit('b'));
  },
  'calls a once listener once, also if it emits again': (emitter, record) => {
    emitter.once('a', () => {
      record('before');
    });
    emitter.once('a', (depth) => {
      record(depth);
      emitter.emit('a', 'again');
    });
    record(emitter.emit('a', 'outer'));
    record(emitter.listenerCount('a'));
  },
  'applies listener changes during an emit from the next emit on': (emitter, record) => {
    const late = () => {
      record('late');
    };
    emitter.on('a', () => {
      emitter.off('a', late).on('a', () => {
        record('new');
      });
    });
    emitter.on('a', late);
    emitter.emit('a');
    emitter.off('a', late).emit('a');
  },
  'calls a listener twice that is added twice': (emitter, record) => {
    const twice = () => {
      record('called');
    };
    emitter.on('a', twice).on('a', twice).off('b', twice);
    emitter.emit('a');
    record(emitter.listeners('a').length);
  },
  'stops at a listener that throws': (emitter, record) => {
    emitter.on('a', () => {
      throw new Error('mine');
    });
    emitter.on('a', () => {
      record('never');
    });
    emitter.emit('a');
  },
  'throws an error event without a listener': (emitter) => {
    emitter.emit('error', new Error('unhandled'));
  },
  'emits an error event with a listener': (emitter, record) => {
    emitter.on('error', record);
    record(emitter.emit('error', 'handled'));
  },
  'removes all listeners of one event, or of all events': (emitter, record) => {
    emitter.on('a', () => {}).on('b', () => {});
    emitter.removeAllListeners('a');
    record([emitter.listenerCount('a'), emitter.listeners('b').length]);
    emitter.removeAllListeners();
    record(emitter.emit('b'));
  },
  'has no limit of listeners': (emitter, record) => {
    record(emitter.setMaxListeners(Infinity) === emitter);
  },
};

describe('NodeEmitter, like Node’s EventEmitter', () => {
  it.each(Object.entries(scenarios))('%s', (_name, scenario) => {
    const run = (emitter: Emitter) => {
      const records: unknown[] = [];
      try {
        scenario(emitter, (value) => records.push(value));
      } catch (error) {
        records.push((error as Error).message);
      }
      return records;
    };

    expect(run(new NodeEmitter())).toEqual(run(new EventEmitter() as unknown as Emitter));
  });
});

describe('NodeEmitter, unlike Node’s EventEmitter', () => {
  it('removes every registration of a listener, which no bundled library adds twice', () => {
    const emitter = new NodeEmitter();
    const listener = () => {};
    emitter.on('a', listener).on('a', listener).off('a', listener);

    expect(emitter.listenerCount('a')).toBe(0);
  });

  it('calls a later once listener again if an earlier one emits the same event, which no bundled library does', () => {
    const emitter = new NodeEmitter();
    const calls: unknown[] = [];
    emitter.once('a', () => emitter.emit('a', 'inner'));
    emitter.once('a', (depth) => calls.push(depth));
    emitter.emit('a', 'outer');

    expect(calls).toEqual(['inner', 'outer']);
  });
});
