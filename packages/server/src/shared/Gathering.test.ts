import { describe, expect, it } from 'vitest';
import { ManualClock } from '@tureen/kernel';
import { Gathering } from './Gathering.ts';

/** A gathering of 2 ms whose turns of the event loop end when the test decides. */
function gather() {
  const clock = new ManualClock();
  const ran: string[] = [];
  let turn: (() => void)[] = [];
  const gathering = new Gathering({
    ms: 2,
    clock,
    atTurnEnd: (work) => {
      turn.push(work);
    },
  });
  return {
    clock,
    ran,
    run: (name: string) => {
      gathering.run(() => ran.push(name));
    },
    endTurn() {
      const works = turn;
      turn = [];
      for (const work of works) work();
    },
  };
}

describe('Gathering', () => {
  it('runs the first work at the end of its turn', () => {
    const { ran, run, endTurn } = gather();
    run('a');
    run('b');
    expect(ran).toEqual([]);
    endTurn();
    expect(ran).toEqual(['a', 'b']);
  });

  it('runs the work of the next 2 ms together, in order', () => {
    const { clock, ran, run, endTurn } = gather();
    run('a');
    endTurn();
    run('b');
    endTurn();
    clock.advance(1);
    run('c');
    endTurn();
    expect(ran).toEqual(['a']);
    clock.advance(1);
    expect(ran).toEqual(['a', 'b', 'c']);
  });

  it('runs work at the end of its turn again once nothing ran for 2 ms', () => {
    const { clock, ran, run, endTurn } = gather();
    run('a');
    endTurn();
    clock.advance(2);
    expect(clock.pending).toBe(0);
    run('b');
    endTurn();
    expect(ran).toEqual(['a', 'b']);
  });

  it('keeps the pause after gathered work', () => {
    const { clock, ran, run, endTurn } = gather();
    run('a');
    endTurn();
    run('b');
    clock.advance(2);
    run('c');
    endTurn();
    expect(ran).toEqual(['a', 'b']);
    clock.advance(2);
    expect(ran).toEqual(['a', 'b', 'c']);
  });
});
