import { describe, expect, test } from 'vitest';
import { expectUnchanged } from '@tureen/testkit/expectUnchanged';
import { deferred, ManualClock } from '@tureen/kernel';
import { Recorder } from '../shared/Recorder.ts';
import { StatsSampler } from './StatsSampler.ts';

function sampling(sample: () => Promise<number>, intervalMs = 1000) {
  const clock = new ManualClock();
  const samples = new Recorder<number>();
  const errors = new Recorder<unknown>();
  const sampler = new StatsSampler({
    clock,
    intervalMs,
    sample,
    onSample: (one) => samples.push(one),
    onError: (error) => errors.push(error),
  });
  return { clock, samples, errors, sampler };
}

describe('StatsSampler', () => {
  test('samples at once and then at each interval', async () => {
    let count = 0;
    const { clock, samples, sampler } = sampling(async () => ++count);
    await samples.reaches(1);
    expect(samples).toEqual([1]);
    clock.advance(999);
    await expectUnchanged(() => samples, [1]);
    clock.advance(1);
    await samples.reaches(2);
    expect(samples).toEqual([1, 2]);
    sampler.close();
  });

  test('never takes two samples at a time, and skips missed ones', async () => {
    const slow = deferred<number>();
    let asked = 0;
    const { clock, samples, sampler } = sampling(() => {
      asked += 1;
      return asked === 1 ? slow.promise : Promise.resolve(asked);
    });
    clock.advance(2500);
    await expectUnchanged(() => asked, 1);
    slow.resolve(1);
    await samples.reaches(1);
    clock.advance(0);
    await samples.reaches(2);
    expect(samples).toEqual([1, 2]);
    expect(clock.nextIn).toBe(1000);
    sampler.close();
  });

  test('reports a sample that fails, and takes the next', async () => {
    let asked = 0;
    const { clock, samples, errors, sampler } = sampling(async () => {
      asked += 1;
      if (asked === 1) throw new Error('no');
      return asked;
    });
    await errors.reaches(1);
    clock.advance(1000);
    await samples.reaches(1);
    expect(errors).toMatchObject([{ message: 'no' }]);
    expect(samples).toEqual([2]);
    sampler.close();
  });

  test('stops the timer on close, and drops a pending sample', async () => {
    const slow = deferred<number>();
    const first = sampling(() => slow.promise);
    first.sampler.close();
    slow.resolve(1);
    await expectUnchanged(() => first.samples, []);
    expect(first.clock.pending).toBe(0);

    const second = sampling(async () => 1);
    await second.samples.reaches(1);
    expect(second.clock.pending).toBe(1);
    second.sampler.close();
    expect(second.clock.pending).toBe(0);
  });

  test('rejects intervals below 250 ms with invalidArgument', () => {
    for (const intervalMs of [249, Number.NaN])
      expect(() => sampling(async () => 1, intervalMs)).toThrow(expect.objectContaining({ code: 'invalidArgument' }));
  });
});
