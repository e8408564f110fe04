import { describe, expect, it } from 'vitest';
import { markInFlight } from '../../shared/connectionLoss.ts';
import { TureenError } from '../../shared/errors.ts';
import { LostJoins } from './LostJoins.ts';

const dropped = (closeCode: number) =>
  markInFlight(new TureenError('connectionLost', 'the connection closed', { method: 'join', closeCode }));

/** Returns whether the request is to blame after each of the losses. */
const verdicts = (losses: unknown[], { isRejoin = false, request = {} } = {}) => {
  const lostJoins = new LostJoins();
  return losses.map((loss) => lostJoins.add(loss, request, isRejoin));
};

describe('LostJoins.add()', () => {
  it.each([1002, 1003, 1007, 1008, 1009])('suspects the request after two drops with code %i', (code) => {
    expect(verdicts([dropped(code), dropped(code)])).toEqual([false, true]);
    expect(verdicts([dropped(code), dropped(code)], { isRejoin: true })).toEqual([false, true]);
  });

  it('suspects a join after five drops that look like an outage, and never a rejoin', () => {
    const losses = Array.from({ length: 5 }, () => dropped(1006));
    expect(verdicts(losses)).toEqual([false, false, false, false, true]);
    expect(verdicts(losses, { isRejoin: true })).toEqual([false, false, false, false, false]);
  });

  it('starts over with another close code, another request and another error', () => {
    const lostJoins = new LostJoins();
    lostJoins.add(dropped(1009), { displayName: 'a' }, false);
    lostJoins.add(dropped(1008), { displayName: 'a' }, false);
    expect(lostJoins.count).toBe(1);
    lostJoins.add(dropped(1008), { displayName: 'b' }, false);
    expect(lostJoins.count).toBe(1);
    lostJoins.add(new TureenError('connectionFailed', 'no connection'), { displayName: 'b' }, false);
    expect(lostJoins.count).toBe(0);
  });
});
