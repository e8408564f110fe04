import { describe, expect, it } from 'vitest';
import {
  type RoomInput,
  RoomMachine,
  type RoomState,
  type RoomTransition,
  roomInputs,
  roomStates,
  roomTransitions,
} from './roomMachine.ts';

/** Legal inputs that lead from `idle` to each state. */
const pathTo: Record<RoomState, RoomInput[]> = {
  idle: [],
  connecting: ['join'],
  joining: ['join', 'opened'],
  joined: ['join', 'opened', 'entered'],
  reconnecting: ['join', 'opened', 'entered', 'lost'],
  left: ['join', 'leave'],
  failed: ['join', 'refused'],
};

/** The table again, written from the design and not from the code. `.` is an ignored input. */
const expected: Record<RoomState, string> = {
  //            join        opened       entered refused lost         retry        givenUp leave dismissed
  idle: '       connecting  .            .       .       .            .            .       .     .',
  connecting: ' .           joining      .       failed  failed       .            .       left  failed',
  joining: '    .           .            joined  failed  failed       .            .       left  failed',
  joined: '     .           .            .       .       reconnecting .            .       left  left',
  reconnecting: '.          reconnecting joined  failed  reconnecting reconnecting failed  left  left',
  left: '       connecting  .            .       .       .            .            .       .     .',
  failed: '     connecting  .            .       .       .            .            .       .     .',
};

function machineIn(state: RoomState) {
  const transitions: RoomTransition[] = [];
  const machine = new RoomMachine((transition) => transitions.push(transition));
  for (const input of pathTo[state]) machine.input(input, 'path');
  expect(machine.state).toBe(state);
  transitions.length = 0;
  return { machine, transitions };
}

describe('the session machine', () => {
  for (const state of roomStates) {
    const cells = expected[state].trim().split(/\s+/);
    for (const [index, input] of roomInputs.entries()) {
      const to = cells[index];
      it(`${state} + ${input} -> ${to === '.' ? 'ignored' : to}`, () => {
        const { machine, transitions } = machineIn(state);
        expect(machine.input(input, 'because')).toBe(to !== '.');
        expect(machine.state).toBe(to === '.' ? state : to);
        expect(transitions).toEqual(to === '.' ? [] : [{ from: state, to, input, reason: 'because' }]);
      });
    }
  }

  it('has a path to every state, and from every state to the end', () => {
    const reached = new Set<RoomState>(['idle']);
    for (let grown = -1; grown !== reached.size;) {
      grown = reached.size;
      for (const state of reached) for (const to of Object.values(roomTransitions[state])) reached.add(to);
    }
    expect([...reached].sort()).toEqual([...roomStates].sort());
    for (const state of roomStates) expect(Object.keys(roomTransitions[state])).not.toHaveLength(0);
  });

  it('ignores outcomes of an earlier attempt', () => {
    const { machine } = machineIn('joined');
    const old = machine.attempt;
    expect(machine.input('lost', 'dropped', old)).toBe(true);
    expect(machine.input('entered', 'late', old)).toBe(false);
    expect(machine.state).toBe('reconnecting');
    expect(machine.isCurrent(old)).toBe(false);
    machine.input('retry', 'again');
    expect(machine.input('entered', 'of the attempt before', old + 1)).toBe(false);
    expect(machine.input('entered', 'of this attempt', machine.attempt)).toBe(true);
    expect(machine.state).toBe('joined');
  });

  it('treats no attempt as current after leave()', () => {
    const { machine } = machineIn('joining');
    const { attempt } = machine;
    machine.input('leave', 'bye');
    expect(machine.isCurrent(attempt)).toBe(false);
    expect(machine.isCurrent(machine.attempt)).toBe(false);
  });

  it('keeps its invariants in a long random walk', () => {
    let seed = 20261121;
    const next = (below: number) => {
      seed = (seed * 1103515245 + 12345) % 2147483648;
      return seed % below;
    };
    const { machine, transitions } = machineIn('idle');
    let attempt = machine.attempt;
    for (let step = 0; step < 20_000; step += 1) {
      const input = roomInputs[next(roomInputs.length)] ?? 'join';
      const before = machine.state;
      const taken = machine.input(input, 'walk', next(3) === 0 ? next(machine.attempt + 2) : undefined);
      expect(machine.attempt).toBeGreaterThanOrEqual(attempt);
      if (!taken) expect(machine.state).toBe(before);
      if (machine.state === 'joined' && before !== 'joined') expect(input).toBe('entered');
      attempt = machine.attempt;
    }
    expect(new Set(transitions.map(({ to }) => to))).toEqual(new Set(roomStates.filter((state) => state !== 'idle')));
  });
});
