import { describe, expect, it } from 'vitest';
import { deferred, ManualClock } from '@tureen/kernel';
import { TureenError } from '../../shared/errors.ts';
import { silentLogger } from '../../shared/logger.ts';
import { Liveness } from './Liveness.ts';

function watched(answers: 'nothing' | 'at once' | 'unknown' = 'nothing') {
  const clock = new ManualClock();
  const probes: number[] = [];
  const dead: string[] = [];
  const unanswered = deferred<void>();
  const answered = Promise.resolve();
  const liveness = new Liveness({
    clock,
    logger: silentLogger,
    probe: () => {
      if (answers === 'unknown') return undefined;
      probes.push(clock.now());
      return answers === 'at once' ? answered : unanswered.promise;
    },
    onDead: (reason) => dead.push(`${clock.now()} ${reason}`),
  });
  liveness.start();
  return { clock, liveness, probes, dead, unanswered, answered };
}

describe('Liveness', () => {
  it('probes after 10 s without a message, and reports a dead connection 5 s later', () => {
    const { clock, probes, dead } = watched();
    clock.advance(9999);
    expect(probes).toEqual([]);
    clock.advance(5000);
    expect(probes).toEqual([10_000]);
    expect(dead).toEqual([]);
    clock.advance(1);
    expect(dead).toEqual(['15000 the connection is dead']);
  });

  it('sends no probe while messages arrive', () => {
    const { clock, liveness, probes, dead } = watched();
    for (let second = 0; second < 100; second += 9) {
      clock.advance(9000);
      liveness.handleMessage();
    }
    expect(probes).toEqual([]);
    clock.advance(10_000);
    expect(probes).toHaveLength(1);
    expect(dead).toEqual([]);
  });

  it('accepts any message after the probe as a sign of life', () => {
    const { clock, liveness, probes, dead } = watched();
    clock.advance(14_999);
    liveness.handleMessage();
    clock.advance(10_000);
    expect(probes).toHaveLength(2);
    expect(dead).toEqual([]);
  });

  it('accepts a response as a sign of life, and not a probe that timed out', async () => {
    const live = watched('at once');
    live.clock.advance(10_000);
    await live.answered;
    live.clock.advance(9999);
    expect(live.dead).toEqual([]);
    const silent = watched();
    silent.clock.advance(10_000);
    silent.unanswered.reject(new TureenError('requestTimeout', 'no answer'));
    await expect(silent.unanswered.promise).rejects.toThrow('no answer');
    silent.clock.advance(5000);
    expect(silent.dead).toHaveLength(1);
  });

  it('check() probes at once, one probe at a time', () => {
    const { clock, liveness, probes, dead } = watched();
    clock.advance(1000);
    liveness.check();
    liveness.check();
    clock.advance(4999);
    liveness.check();
    expect(probes).toEqual([1000]);
    clock.advance(1);
    expect(dead).toEqual(['6000 the connection is dead']);
  });

  it('reports nothing for a server that answers no request', () => {
    const { clock, liveness, dead } = watched('unknown');
    clock.advance(100_000);
    liveness.check();
    clock.advance(100_000);
    expect(dead).toEqual([]);
  });

  it('has no timer after stop(), and check() does nothing then', () => {
    const { clock, liveness, probes, dead } = watched();
    clock.advance(12_000);
    liveness.stop();
    liveness.check();
    expect(clock.pending).toBe(0);
    expect([probes.length, dead.length]).toEqual([1, 0]);
  });
});

describe('Liveness on a page that was asleep', () => {
  /** Clock that may jump ahead, so that its timers are late. */
  class SleepyClock extends ManualClock {
    slept = 0;
    override now(): number {
      return super.now() + this.slept;
    }
  }

  function asleep() {
    const clock = new SleepyClock();
    const probes: number[] = [];
    const dead: number[] = [];
    const liveness = new Liveness({
      clock,
      logger: silentLogger,
      probe: () => {
        probes.push(clock.now());
        return new Promise(() => {});
      },
      onDead: () => dead.push(clock.now()),
    });
    liveness.start();
    return { clock, liveness, probes, dead };
  }

  it('probes before it reports a connection as dead after hours', () => {
    const { clock, liveness, probes, dead } = asleep();
    clock.slept = 3 * 3_600_000;
    clock.advance(10_000);
    expect(probes).toHaveLength(1);
    expect(dead).toEqual([]);
    liveness.handleMessage();
    clock.advance(5000);
    expect(dead).toEqual([]);
  });

  it('reports a dead connection after a second probe in a hidden tab, which runs timers once a minute', () => {
    const { clock, probes, dead } = asleep();
    for (let minute = 1; minute <= 3; minute += 1) {
      clock.slept += 55_000;
      clock.advance(10_000);
    }
    expect(probes).toHaveLength(2);
    expect(dead).toHaveLength(1);
  });

  it('probes once more when the page slept while the probe waited', () => {
    const { clock, probes, dead } = asleep();
    clock.advance(12_000);
    clock.slept = 3 * 3_600_000;
    clock.advance(3000);
    expect(probes).toHaveLength(2);
    expect(dead).toEqual([]);
    clock.advance(5000);
    expect(dead).toHaveLength(1);
  });
});
