import { describe, expect, it } from 'vitest';
import { type Deferred, deferred } from '@tureen/kernel';
import { expectUnchanged } from '@tureen/testkit/expectUnchanged';
import { SyncedSetting } from './SyncedSetting.ts';
import { TureenError } from './errors.ts';
import { Recorder } from './Recorder.ts';
import { markInFlight } from './connectionLoss.ts';

function world(initial = 0) {
  const applied = new Recorder<{ value: number; response: Deferred<void> }>();
  const rollbacks: number[] = [];
  let ready = true;
  const setting = new SyncedSetting<number>({
    initial,
    isReady: () => ready,
    apply: (value) => {
      const response = deferred<void>();
      applied.push({ value, response });
      return response.promise;
    },
    onRollback: (value) => rollbacks.push(value),
  });
  return {
    setting,
    applied,
    rollbacks,
    setReady: (now: boolean) => {
      ready = now;
    },
  };
}

const refused = () => new TureenError('requestRefused', 'no');
const lost = () => new TureenError('connectionLost', 'gone');

describe('SyncedSetting', () => {
  it('requests a value at once, and resolves when the server accepts it', async () => {
    const { setting, applied } = world();
    const done = setting.set(1);
    expect(setting.requested).toBe(1);
    expect(setting.confirmed).toBe(0);
    applied[0]?.response.resolve();
    await done;
    expect(setting.confirmed).toBe(1);
  });

  it('sends no request for the current value', async () => {
    const { setting, applied } = world();
    await setting.set(0);
    expect(applied).toHaveLength(0);
  });

  it('merges the values set during a request into the last one', async () => {
    const { setting, applied } = world();
    const all = Promise.all([setting.set(1), setting.set(2), setting.set(3)]);
    applied[0]?.response.resolve();
    await applied.reaches(2);
    expect(applied.map(({ value }) => value)).toEqual([1, 3]);
    applied[1]?.response.resolve();
    await all;
  });

  it('requests the old value again when it is set back during a request', async () => {
    const { setting, applied } = world();
    const first = setting.set(1);
    const second = setting.set(0);
    applied[0]?.response.resolve();
    await applied.reaches(2);
    applied[1]?.response.resolve();
    await Promise.all([first, second]);
    expect(applied.map(({ value }) => value)).toEqual([1, 0]);
    expect(setting.confirmed).toBe(0);
  });

  it('rolls back and rejects when refused', async () => {
    const { setting, applied, rollbacks } = world();
    const done = setting.set(1);
    applied[0]?.response.reject(refused());
    await expect(done).rejects.toMatchObject({ code: 'requestRefused' });
    expect(setting.requested).toBe(0);
    expect(rollbacks).toEqual([0]);
  });

  it('requests the newer value when the older one is refused', async () => {
    const { setting, applied, rollbacks } = world();
    const first = setting.set(1);
    const second = setting.set(2);
    applied[0]?.response.reject(refused());
    await applied.reaches(2);
    applied[1]?.response.resolve();
    await Promise.all([first, second]);
    expect(setting.confirmed).toBe(2);
    expect(rollbacks).toEqual([]);
  });

  it('keeps the requested value through a connection loss, and applies it in the next session', async () => {
    const { setting, applied, setReady } = world();
    const done = setting.set(1);
    setReady(false);
    applied[0]?.response.reject(lost());
    await applied[0]?.response.promise.catch(() => {});
    expect(setting.requested).toBe(1);
    setReady(true);
    setting.restart(0);
    expect(applied).toHaveLength(2);
    applied[1]?.response.resolve();
    await done;
  });

  it('ignores a late response of an earlier session', async () => {
    const { setting, applied } = world();
    const done = setting.set(1);
    setting.restart(0);
    applied[0]?.response.reject(refused());
    applied[1]?.response.resolve();
    await done;
    expect(setting.confirmed).toBe(1);
  });

  it('applies a value that was set without a session when a session starts', async () => {
    const { setting, applied, setReady } = world();
    setReady(false);
    const done = setting.set(5);
    expect(applied).toHaveLength(0);
    setReady(true);
    setting.restart(0);
    applied[0]?.response.resolve();
    await done;
  });

  it('rejects pending and later calls when closed', async () => {
    const { setting } = world();
    const done = setting.set(1);
    setting.close(new TureenError('closed', 'over'));
    await expect(done).rejects.toMatchObject({ code: 'closed' });
    await expect(setting.set(2)).rejects.toMatchObject({ code: 'closed' });
  });

  it('withdraws a value after five losses in a row while it is pending, and not after four', async () => {
    const { setting, applied, rollbacks } = world();
    let isOver = false;
    const done = setting.set(1).finally(() => (isOver = true));
    const lose = () => applied.at(-1)?.response.reject(markInFlight(lost()));
    for (let losses = 1; losses < 5; losses += 1) {
      lose();
      await expectUnchanged(() => [setting.requested, isOver], [1, false]);
      setting.restart(0);
    }
    lose();
    await expect(done).rejects.toMatchObject({ code: 'connectionLost', retryable: false });
    expect([setting.requested, rollbacks, applied.length]).toEqual([0, [0], 5]);
  });
});
