import { build, type Rolldown } from 'vite';
import { beforeAll, describe, expect, it } from 'vitest';

import { leanEventEmitter3 } from '../../build/leanEventEmitter3.ts';
import { licensesBeside } from '../../build/licenses.ts';
import * as genuine from './eventemitter3.ts';

let files: Rolldown.RolldownOutput['output'];
let published: typeof genuine;

beforeAll(async () => {
  const [built] = (await build({
    configFile: false,
    logLevel: 'silent',
    plugins: [leanEventEmitter3, licensesBeside],
    build: {
      write: false,
      minify: false,
      lib: { entry: new URL('eventemitter3.ts', import.meta.url).pathname, formats: ['es'], fileName: 'built' },
    },
  })) as Rolldown.RolldownOutput[];
  files = built!.output;
  published = (await import(`data:text/javascript,${encodeURIComponent(files[0].code)}`)) as typeof genuine;
});

/** Calls every method of an emitter, and lists the results. */
function run({ EventEmitter }: typeof genuine): unknown[] {
  const calls: unknown[] = [];
  const emitter = new EventEmitter();
  const first = (...args: unknown[]) => calls.push(['first', ...args]);
  const second = (...args: unknown[]) => calls.push(['second', ...args]);
  emitter.on('a', first).once('a', second).addListener('toString', first);
  const names = emitter.eventNames();
  const results = [emitter.emit('a', 1), emitter.emit('a', 2), emitter.emit('b'), emitter.emit('toString', 3)];
  emitter.on('a', second);
  const counts = [emitter.listenerCount('a'), emitter.listenerCount('__proto__')];
  const both = emitter.listeners('a').map((listener) => listener === first || listener === second);
  emitter.off('a', first).removeListener('toString', first);
  const left = emitter.listeners('a').length;
  emitter.removeAllListeners();
  return [calls, names, results, counts, both, left, emitter.eventNames()];
}

describe('published eventemitter3', () => {
  it('does what the genuine package does', () => {
    const done = run(published);

    expect(done).toEqual(run(genuine));
    expect(done[1]).toEqual(['a', 'toString']);
  });

  it('has the methods of the genuine package', () => {
    const methods = ({ EventEmitter }: typeof genuine) => Object.keys(EventEmitter.prototype as object);

    expect(methods(published)).toEqual(methods(genuine));
  });

  it('is an ES module without the code for old browsers, with its license beside it', () => {
    const license = files.find(({ fileName }) => fileName.endsWith('.LICENSE.txt'));

    expect(files[0].code).not.toMatch(/module\.exports|__commonJS|__proto__|prefix/);
    expect(license).toMatchObject({ source: expect.stringMatching(/^eventemitter3 \d+\.\d+\.\d+$/m) as string });
  });
});
