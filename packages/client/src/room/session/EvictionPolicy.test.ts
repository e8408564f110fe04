import { describe, expect, it } from 'vitest';
import { ManualClock } from '@tureen/kernel';
import type { MediaConnectionState } from '../../media/MediaEngine.ts';
import { EvictionPolicy } from './EvictionPolicy.ts';

function world() {
  const clock = new ManualClock();
  const policy = new EvictionPolicy(clock);
  const setState = (state: MediaConnectionState) => {
    policy.handleTransportState({ type: 'transportState', direction: 'recv', state });
  };
  return { clock, policy, setState };
}

describe('EvictionPolicy.allowRejoin()', () => {
  it('refuses while media flows', () => {
    const { policy, setState } = world();
    setState('connected');
    expect(policy.allowRejoin()).toBe(false);
  });

  it.each(['disconnected', 'failed'] as const)('allows one rejoin while media is %s', (state) => {
    const { policy, setState } = world();
    setState(state);
    expect([policy.allowRejoin(), policy.allowRejoin()]).toEqual([true, false]);
  });

  it.each([
    [10_000, true],
    [10_001, false],
  ])('%i ms after media returned: %s', (ms, isAllowed) => {
    const { clock, policy, setState } = world();
    setState('disconnected');
    setState('connected');
    clock.advance(ms);
    expect(policy.allowRejoin()).toBe(isAllowed);
  });

  it('allows the next rejoin a minute after the last one', () => {
    const { clock, policy, setState } = world();
    setState('failed');
    expect(policy.allowRejoin()).toBe(true);
    clock.advance(59_999);
    expect(policy.allowRejoin()).toBe(false);
    clock.advance(1);
    expect(policy.allowRejoin()).toBe(true);
  });

  it('forgets the state of transports that closed with their session, and not the time of the loss', () => {
    const { clock, policy, setState } = world();
    setState('failed');
    policy.reset();
    clock.advance(10_001);
    expect(policy.allowRejoin()).toBe(false);
  });
});
