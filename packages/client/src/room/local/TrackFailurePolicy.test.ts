import { describe, expect, it } from 'vitest';
import { TrackFailurePolicy } from './TrackFailurePolicy.ts';

const facts = ({ state, failure, shouldRecapture }: TrackFailurePolicy) => ({ state, failure, shouldRecapture });

describe('TrackFailurePolicy', () => {
  it('starts with a live track', () => {
    expect(facts(new TrackFailurePolicy())).toEqual({ state: 'live', failure: null, shouldRecapture: false });
  });

  it('captures another track at once when the track of a producer that is not paused ends', () => {
    const policy = new TrackFailurePolicy();
    expect(policy.handleEnded(false)).toBe(true);
    expect(facts(policy)).toEqual({ state: 'lost', failure: 'trackEnded', shouldRecapture: false });
  });

  it('captures nothing when the app has paused the producer', () => {
    const policy = new TrackFailurePolicy();
    expect(policy.handleEnded(true)).toBe(false);
    expect(policy.handleLost('deviceLost', true)).toBe(false);
    expect(facts(policy)).toEqual({ state: 'lost', failure: 'deviceLost', shouldRecapture: false });
    policy.handleReplaced();
    expect(policy.takeResume()).toBe(false);
  });

  it('pauses the producer without another track, and resumes it once with the next live track', () => {
    const policy = new TrackFailurePolicy();
    policy.handleEnded(false);
    expect(policy.handleLost('deviceInUse', false)).toBe(true);
    expect(facts(policy)).toEqual({ state: 'lost', failure: 'deviceInUse', shouldRecapture: true });
    expect(policy.handleReplaced()).toBe(false);
    expect(facts(policy)).toMatchObject({ state: 'live', failure: null });
    expect([policy.takeResume(), policy.takeResume()]).toEqual([true, false]);
  });

  it('captures again at each end of a track while its own pause lasts', () => {
    const policy = new TrackFailurePolicy();
    policy.handleLost('deviceLost', false);
    expect(policy.handleEnded(true)).toBe(true);
    expect(policy.handleLost('deviceLost', true)).toBe(false);
    policy.handleReplaced();
    expect(policy.takeResume()).toBe(true);
  });

  it('does not capture again automatically after permissionDenied', () => {
    const policy = new TrackFailurePolicy();
    policy.handleLost('permissionDenied', false);
    expect(policy.shouldRecapture).toBe(false);
    policy.handleReplaced();
    expect(policy.takeResume()).toBe(true);
  });

  it('does not resume after a pause of the app, before or after the replacement', () => {
    const [before, after] = [new TrackFailurePolicy(), new TrackFailurePolicy()];
    for (const policy of [before, after]) policy.handleLost('deviceLost', false);
    before.handlePausedByApp();
    before.handleReplaced();
    after.handleReplaced();
    after.handlePausedByApp();
    expect([before.takeResume(), after.takeResume()]).toEqual([false, false]);
  });

  it('does not resume when the replacement has ended too', () => {
    const policy = new TrackFailurePolicy();
    policy.handleLost('deviceLost', false);
    policy.handleReplaced();
    expect(policy.handleEnded(true)).toBe(true);
    expect(policy.takeResume()).toBe(false);
    policy.handleReplaced();
    expect(policy.takeResume()).toBe(true);
  });

  it.each(['awaitTrack first', 'failure first'])(
    'publishes the next live track where a session awaits it: %s',
    (order) => {
      const policy = new TrackFailurePolicy();
      if (order === 'awaitTrack first') policy.awaitTrack();
      policy.handleLost('deviceLost', false);
      if (order === 'failure first') policy.awaitTrack();
      expect(facts(policy)).toEqual({ state: 'awaitingTrack', failure: 'deviceLost', shouldRecapture: true });
      expect(policy.handleReplaced()).toBe(true);
      expect(policy.handleReplaced()).toBe(false);
      expect(policy.takeResume()).toBe(true);
    },
  );
});
