import { describe, expect, it } from 'vitest';
import { type Deferred, deferred } from '@tureen/kernel';
import { TureenError } from '../../shared/errors.ts';
import { markInFlight } from '../../shared/connectionLoss.ts';
import { RequestReplay } from './RequestReplay.ts';
import { LostJoins } from './LostJoins.ts';

const lost = (code?: number) =>
  markInFlight(new TureenError('connectionLost', 'the connection dropped', { closeCode: code }));

/** Creates operations by name, each pending until a test settles it. */
function operations() {
  const requestReplay = new RequestReplay();
  const started: string[] = [];
  const waiting = new Map<string, Deferred<void>>();
  const results = new Map<string, Promise<unknown>>();
  const run = (name: string) => {
    const result = requestReplay.run(name, () => {
      started.push(name);
      const work = deferred<void>();
      waiting.set(name, work);
      return work.promise;
    });
    const outcome = result.then(
      () => 'done',
      (error: unknown) => error as TureenError,
    );
    results.set(name, outcome);
    return outcome;
  };
  /** Drops the connection under all pending operations. */
  const drop = async (code?: number) => {
    const dropped = [...waiting.keys()].flatMap((name) => results.get(name) ?? []);
    for (const work of waiting.values()) work.reject(lost(code));
    waiting.clear();
    await Promise.all(dropped);
  };
  const answer = async (name: string) => {
    waiting.get(name)?.resolve();
    waiting.delete(name);
    await results.get(name);
  };
  const restart = () => {
    started.length = 0;
  };
  return { requestReplay, started, run, drop, answer, restart };
}

describe('RequestReplay', () => {
  it('starts all requests at once, in order, without suspects', () => {
    const { run, started } = operations();
    void run('a');
    void run('b');
    expect(started).toEqual(['a', 'b']);
  });

  it('runs suspects one at a time, after running requests and before later ones', async () => {
    const { run, drop, answer, restart, started } = operations();
    void run('a');
    void run('b');
    await drop();
    restart();
    void run('new');
    void run('a');
    void run('b');
    void run('newer');
    expect(started).toEqual(['new']);
    await answer('new');
    expect(started).toEqual(['new', 'a']);
    await answer('a');
    expect(started).toEqual(['new', 'a', 'b']);
    await answer('b');
    expect(started).toEqual(['new', 'a', 'b', 'newer']);
  });

  it('withdraws only the request during which the connection dropped twice', async () => {
    const { run, drop, answer, requestReplay } = operations();
    const names = ['a', 'poison', 'b'];
    names.forEach((name) => void run(name));
    await drop(1006);
    const [a, poison, b] = names.map((name) => run(name));
    await answer('a');
    expect(await a).toBe('done');
    await drop(1006);
    expect(await poison).toMatchObject({ code: 'connectionLost', retryable: false, cause: { retryable: true } });
    await answer('b');
    expect(await b).toBe('done');
    expect(names.some((name) => requestReplay.isSuspect(name))).toBe(false);
  });

  it('clears a suspect that succeeds, so that two drops with a success between withdraw nothing', async () => {
    const { run, drop, answer } = operations();
    void run('a');
    await drop();
    const second = run('a');
    await answer('a');
    expect(await second).toBe('done');
    const third = run('a');
    await drop();
    expect(await third).toMatchObject({ retryable: true });
  });

  it.each([1001, 1012, 1013])('suspects nothing for close code %i, which is about the server', async (code) => {
    const { run, drop, requestReplay } = operations();
    void run('a');
    await drop(code);
    expect(requestReplay.isSuspect('a')).toBe(false);
  });

  it('does not suspect a request that was never sent', async () => {
    const requestReplay = new RequestReplay();
    const unsent = requestReplay.run('a', () => Promise.reject(new TureenError('connectionLost', 'could not be sent')));
    await expect(unsent).rejects.toMatchObject({ retryable: true });
    expect(requestReplay.isSuspect('a')).toBe(false);
  });

  it('remembers 100 suspects at most', () => {
    const requestReplay = new RequestReplay();
    for (let number = 0; number < 150; number += 1) requestReplay.suspect(number);
    expect([49, 50, 149].map((number) => requestReplay.isSuspect(number))).toEqual([false, true, true]);
  });
});

describe('LostJoins', () => {
  const counts = (code?: number, times = 5, isRejoin = false) => {
    const entries = new LostJoins();
    return Array.from({ length: times }, () => entries.add(lost(code), { name: 'Alice' }, isRejoin));
  };

  it.each([1002, 1003, 1007, 1008, 1009])('suspects the request after two ends by close code %i', (code) => {
    expect(counts(code, 2)).toEqual([false, true]);
  });

  it.each([undefined, 1006, 1011])('suspects the request after five ends by close code %s', (code) => {
    expect(counts(code)).toEqual([false, false, false, false, true]);
  });

  it.each([undefined, 1006, 1011])('never blames a rejoin for ends by close code %s, as outages end so', (code) => {
    expect(counts(code, 50, true)).not.toContain(true);
  });

  it('starts again with another request, another way to end, or another failure', () => {
    const entries = new LostJoins();
    const add = (code: number, request: unknown) => entries.add(lost(code), request, false);
    expect([add(1009, 'a'), add(1009, 'b'), add(1007, 'b'), add(1009, 'b')]).toEqual([false, false, false, false]);
    entries.add(new TureenError('connectionFailed', 'no connection'), 'b', false);
    expect([add(1009, 'b'), add(1009, 'b')]).toEqual([false, true]);
  });
});
