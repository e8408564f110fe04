import { describe, expect, it } from 'vitest';
import { ManualClock } from '@tureen/kernel';
import { RoundTrips } from './RoundTrips.ts';

function open() {
  const clock = new ManualClock();
  const measured: number[] = [];
  const roundTrips = new RoundTrips(clock);
  return { clock, measured, roundTrips, begin: () => Buffer.from(roundTrips.begin((ms) => measured.push(ms))) };
}

describe('RoundTrips', () => {
  it('measures from the ping to its pong, once', () => {
    const { clock, measured, roundTrips, begin } = open();
    const ping = begin();
    clock.advance(80);
    roundTrips.handlePong(ping);
    roundTrips.handlePong(ping);
    expect(measured).toEqual([80]);
    expect(clock.pending).toBe(0);
  });

  it('ignores the pongs of other pings', () => {
    const { measured, roundTrips, begin } = open();
    roundTrips.handlePong(Buffer.alloc(0));
    begin();
    roundTrips.handlePong(Buffer.alloc(0));
    roundTrips.handlePong(Buffer.from('other'));
    expect(measured).toEqual([]);
  });

  it('replaces a pending measurement', () => {
    const { clock, measured, roundTrips, begin } = open();
    const first = begin();
    clock.advance(50);
    const second = begin();
    clock.advance(30);
    roundTrips.handlePong(first);
    roundTrips.handlePong(second);
    expect(measured).toEqual([30]);
  });
});
