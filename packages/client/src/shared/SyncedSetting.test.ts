import { describe, expect, it } from 'vitest';
import { type Deferred, deferred } from './deferred.ts';
import { SyncedSetting } from './SyncedSetting.ts';
import { TureenError } from './errors.ts';
import { markInFlight } from './connectionLoss.ts';

function world(initial = 0) {
  const applied: { value: number; answer: Deferred<void> }[] = [];
  const rollbacks: number[] = [];
  let ready = true;
  const desired = new SyncedSetting<number>({
    initial,
    isReady: () => ready,
    apply: (value) => {
      const answer = deferred<void>();
      applied.push({ value, answer });
      return answer.promise;
    },
    onRollback: (value) => rollbacks.push(value),
  });
  return {
    desired,
    applied,
    rollbacks,
    setReady: (now: boolean) => {
      ready = now;
    },
  };
}

const refused = () => new TureenError('requestRefused', 'no');
const lost = () => new TureenError('connectionLost', 'gone');

describe('a desired value', () => {
  it('is wanted at once, and resolves when the server agrees', async () => {
    const { desired, applied } = world();
    const done = desired.set(1);
    expect(desired.requested).toBe(1);
    expect(desired.confirmed).toBe(0);
    applied[0]?.answer.resolve();
    await done;
    expect(desired.confirmed).toBe(1);
  });

  it('asks nothing for what holds already', async () => {
    const { desired, applied } = world();
    await desired.set(0);
    expect(applied).toHaveLength(0);
  });

  it('folds the wishes made meanwhile into the last of them', async () => {
    const { desired, applied } = world();
    const all = Promise.all([desired.set(1), desired.set(2), desired.set(3)]);
    applied[0]?.answer.resolve();
    await applied[0]?.answer.promise;
    await Promise.resolve();
    expect(applied.map(({ value }) => value)).toEqual([1, 3]);
    applied[1]?.answer.resolve();
    await all;
  });

  it('undoes a wish under way by asking for the old value', async () => {
    const { desired, applied } = world();
    const first = desired.set(1);
    const second = desired.set(0);
    applied[0]?.answer.resolve();
    await applied[0]?.answer.promise;
    await Promise.resolve();
    applied[1]?.answer.resolve();
    await Promise.all([first, second]);
    expect(applied.map(({ value }) => value)).toEqual([1, 0]);
    expect(desired.confirmed).toBe(0);
  });

  it('rolls back and rejects when refused', async () => {
    const { desired, applied, rollbacks } = world();
    const done = desired.set(1);
    applied[0]?.answer.reject(refused());
    await expect(done).rejects.toMatchObject({ code: 'requestRefused' });
    expect(desired.requested).toBe(0);
    expect(rollbacks).toEqual([0]);
  });

  it('goes on to the newer wish when the older is refused', async () => {
    const { desired, applied, rollbacks } = world();
    const first = desired.set(1);
    const second = desired.set(2);
    applied[0]?.answer.reject(refused());
    await applied[0]?.answer.promise.catch(() => {});
    await Promise.resolve();
    applied[1]?.answer.resolve();
    await Promise.all([first, second]);
    expect(desired.confirmed).toBe(2);
    expect(rollbacks).toEqual([]);
  });

  it('stays wanted through a loss and is applied by the next session', async () => {
    const { desired, applied, setReady } = world();
    const done = desired.set(1);
    setReady(false);
    applied[0]?.answer.reject(lost());
    await applied[0]?.answer.promise.catch(() => {});
    expect(desired.requested).toBe(1);
    setReady(true);
    desired.restart(0);
    expect(applied).toHaveLength(2);
    applied[1]?.answer.resolve();
    await done;
  });

  it('ignores what an old session answers late', async () => {
    const { desired, applied } = world();
    const done = desired.set(1);
    desired.restart(0);
    applied[0]?.answer.reject(refused());
    applied[1]?.answer.resolve();
    await done;
    expect(desired.confirmed).toBe(1);
  });

  it('applies a wish made while there was no session once there is one', async () => {
    const { desired, applied, setReady } = world();
    setReady(false);
    const done = desired.set(5);
    expect(applied).toHaveLength(0);
    setReady(true);
    desired.restart(0);
    applied[0]?.answer.resolve();
    await done;
  });

  it('rejects who waits, and who comes after, when closed', async () => {
    const { desired } = world();
    const done = desired.set(1);
    desired.close(new TureenError('closed', 'over'));
    await expect(done).rejects.toMatchObject({ code: 'closed' });
    await expect(desired.set(2)).rejects.toMatchObject({ code: 'closed' });
  });

  it('is withdrawn after five losses in a row while the same value was in flight, and not after four', async () => {
    const { desired, applied, rollbacks } = world();
    let outcome: unknown;
    void desired.set(1).catch((error: unknown) => (outcome = error));
    const lose = async () => {
      applied.at(-1)?.answer.reject(markInFlight(lost()));
      await applied.at(-1)?.answer.promise.catch(() => {});
      await Promise.resolve();
    };
    for (let losses = 1; losses < 5; losses += 1) {
      await lose();
      expect([desired.requested, outcome]).toEqual([1, undefined]);
      desired.restart(0);
    }
    await lose();
    await Promise.resolve();
    expect(outcome).toMatchObject({ code: 'connectionLost', retryable: false });
    expect([desired.requested, rollbacks, applied.length]).toEqual([0, [0], 5]);
  });
});
