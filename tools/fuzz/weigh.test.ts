import { describe, expect, it } from 'vitest';
import { useBackend } from '../../packages/server/src/testing/useBackend.ts';
import { unknownData } from './weigh/candidates.ts';
import { cpuMs } from './weigh/cpuMs.ts';
import { excessOf, report, weighDialect, type Weighed } from './weigh/weigh.ts';

const backend = useBackend();

/** Processor time that the main thread takes for it: the least of a few times, as nothing makes it less. */
function leastCpuMs(work: () => void): number {
  const times = Array.from({ length: 7 }, () => {
    const before = cpuMs();
    work();
    return cpuMs() - before;
  });
  return Math.min(...times);
}

/** Reading the dearest JSON of the largest size: what all else is measured by, so that the machine does not matter. */
function slowestParseMs(): number {
  return Math.max(...unknownData().map(({ json }) => leastCpuMs(() => JSON.parse(json) as unknown)));
}

describe('the most expensive messages', () => {
  it.each([
    ['mediasoup-v3', ['produce', 'unknown']],
    ['mediasoup-v2-alpha', ['createReceiver']],
    ['push-pull', ['push']],
  ] as const)('of %s cost at most 15 parses of such JSON', { timeout: 60_000 }, async (dialect, methods) => {
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
    what: 'as it comes',
    bytes: 100,
    entities: 0,
    isRefused: false,
    leastMs: 8,
    medianMs: 9,
    maxMs: 12,
  };

  it('warns about a message over its bound, and fails at three times the bound', () => {
    expect(report([row]).lines.join()).not.toMatch(/over the bound|FAILED/);
    const over = report([row, { ...row, medianMs: 25 }]);
    expect([over.hasFailed, over.lines.join()]).toEqual([false, expect.stringContaining('over the bound')]);
    const far = report([row, { ...row, medianMs: 31 }]);
    expect([far.hasFailed, far.lines.join()]).toEqual([true, expect.stringContaining('FAILED')]);
  });

  it('compares the entities that a message creates with a bound of their own', () => {
    expect(excessOf({ ...row, medianMs: 250, entities: 240, entityMs: 1.0 })).toBe(1);
    expect(excessOf({ ...row, medianMs: 49, entities: 240, entityMs: 0.2 })).toBeCloseTo(0.2);
    expect(excessOf({ ...row, medianMs: 960, entities: 240, entityMs: 4 })).toBe(4);
    expect(excessOf({ ...row, medianMs: 13, entities: 3 })).toBe(1);
  });
});
