import { describe, expect, it } from 'vitest';
import { SignalingRoundTrip } from './SignalingRoundTrip.ts';

/** Connection that measures when the test lets it. */
function connection() {
  const pending: ((ms: number) => void)[] = [];
  return { pending, measure: (onMeasured: (ms: number) => void) => void pending.push(onMeasured) };
}

describe('SignalingRoundTrip', () => {
  it('measures nothing without a connection', () => {
    const roundTrip = new SignalingRoundTrip();
    roundTrip.measure(() => {});
    expect(roundTrip.ms).toBeUndefined();
  });

  it('keeps the latest measurement', () => {
    const [roundTrip, { pending, measure }] = [new SignalingRoundTrip(), connection()];
    roundTrip.handleConnection(measure);
    for (const ms of [80, 60]) {
      roundTrip.measure(() => {});
      pending.at(-1)?.(ms);
      expect(roundTrip.ms).toBe(ms);
    }
  });

  it('measures once for all that ask meanwhile', () => {
    const [roundTrip, { pending, measure }] = [new SignalingRoundTrip(), connection()];
    const measured: string[] = [];
    roundTrip.handleConnection(measure);
    for (const name of ['a', 'b']) roundTrip.measure(() => measured.push(name));
    expect(pending).toHaveLength(1);
    pending[0]?.(80);
    expect(measured).toEqual(['a', 'b']);
  });

  it('forgets the measurements of an earlier connection', () => {
    const [roundTrip, old, current] = [new SignalingRoundTrip(), connection(), connection()];
    const measured: string[] = [];
    roundTrip.handleConnection(old.measure);
    roundTrip.measure(() => measured.push('old'));
    roundTrip.handleConnection(current.measure);
    old.pending[0]?.(80);
    expect(roundTrip.ms).toBeUndefined();
    roundTrip.measure(() => measured.push('current'));
    current.pending[0]?.(60);
    expect(roundTrip.ms).toBe(60);
    expect(measured).toEqual(['current']);
  });
});
