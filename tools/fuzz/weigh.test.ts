import { describe, expect, it } from 'vitest';
import { useBackend } from '../../packages/server/src/testing/useBackend.ts';
import { unknownData } from './weigh/candidates.ts';
import { cpuMs } from './weigh/cpuMs.ts';
import { excessOf, report, weighDialect, type Weighed } from './weigh/weigh.ts';

const backend = useBackend();

/** CPU time of the main thread for `work`: the minimum of several runs, since other load only adds to it. */
function leastCpuMs(work: () => void): number {
  const times = Array.from({ length: 7 }, () => {
    const before = cpuMs();
    work();
    return cpuMs() - before;
  });
  return Math.min(...times);
}

/** CPU time to parse the slowest JSON of the largest message size: the unit of the test, so that the machine does not matter. */
function slowestParseMs(): number {
  return Math.max(...unknownData().map(({ json }) => leastCpuMs(() => JSON.parse(json) as unknown)));
}

describe('The most expensive messages', () => {
  it.each([
    ['mediasoup-v3', ['produce', 'unknown']],
    ['mediasoup-v2-alpha', ['createReceiver']],
    ['push-pull', ['push']],
  ] as const)('of %s cost at most 15 times the slowest JSON parse', { timeout: 60_000 }, async (dialect, methods) => {
    const weighed = await weighDialect(backend(), dialect, { rounds: 2, perMethod: 4, methods });
    const parseMs = slowestParseMs();
    const tooExpensive = weighed
      .filter(({ leastMs, entities }) => leastMs / (1 + entities) > 15 * parseMs)
      .map(({ method, what, leastMs }) => `${method}, ${what}: ${String(leastMs / parseMs)} times`);
    expect(tooExpensive).toEqual([]);
    expect(weighed.length).toBeGreaterThan(4);
    expect(weighed.some(({ isRefused }) => isRefused)).toBe(true);
  });
});

describe('report', () => {
  const row: Weighed = {
    dialect: 'mediasoup-v3',
    method: 'join',
    what: 'unchanged',
    bytes: 100,
    entities: 0,
    isRefused: false,
    leastMs: 8,
    medianMs: 9,
    maxMs: 12,
  };

  it('warns about a message over its bound and fails at three times the bound', () => {
    expect(report([row]).lines.join()).not.toMatch(/over the bound|FAILED/);
    const over = report([row, { ...row, medianMs: 25 }]);
    expect([over.hasFailed, over.lines.join()]).toEqual([false, expect.stringContaining('over the bound')]);
    const far = report([row, { ...row, medianMs: 31 }]);
    expect([far.hasFailed, far.lines.join()]).toEqual([true, expect.stringContaining('FAILED')]);
  });

  it('compares the entities that a message creates with a separate bound', () => {
    expect(excessOf({ ...row, medianMs: 250, entities: 240, entityMs: 1.0 })).toBe(1);
    expect(excessOf({ ...row, medianMs: 49, entities: 240, entityMs: 0.2 })).toBeCloseTo(0.2);
    expect(excessOf({ ...row, medianMs: 960, entities: 240, entityMs: 4 })).toBe(4);
    expect(excessOf({ ...row, medianMs: 13, entities: 3 })).toBe(1);
  });
});
