import { describe, expect, it } from 'vitest';
import { ManualClock } from '@tureen/kernel';
import { Handshake } from './Handshake.ts';

function open() {
  const clock = new ManualClock();
  clock.advance(1000);
  return { clock, handshake: new Handshake(clock) };
}

describe('Handshake', () => {
  it('measures the round trip from the first check to the nomination', () => {
    const { clock, handshake } = open();
    expect(handshake.hasBegun).toBe(false);
    handshake.handleIceState('connected', 'new');
    expect(handshake.hasBegun).toBe(true);
    expect(handshake.roundTripMs).toBeUndefined();
    clock.advance(80);
    handshake.handleIceState('completed', 'connecting');
    expect(handshake.roundTripMs).toBe(80);
  });

  it('predicts the end one round trip after the nomination', () => {
    const { clock, handshake } = open();
    handshake.handleIceState('connected', 'connecting');
    expect(handshake.endsAt).toBeUndefined();
    clock.advance(80);
    handshake.handleIceState('completed', 'connecting');
    expect(handshake.endsAt).toBe(1160);
  });

  it.each(['new', 'connected', 'failed', 'closed'] as const)('predicts nothing while DTLS is %s', (dtlsState) => {
    const { clock, handshake } = open();
    handshake.handleIceState('connected', 'new');
    clock.advance(80);
    handshake.handleIceState('completed', dtlsState);
    expect(handshake.roundTripMs).toBe(80);
    expect(handshake.endsAt).toBeUndefined();
  });

  it('predicts nothing for a client that nominates with its first check', () => {
    const { clock, handshake } = open();
    handshake.handleIceState('completed', 'connecting');
    clock.advance(80);
    handshake.handleIceState('completed', 'connecting');
    expect(handshake.hasBegun).toBe(true);
    expect(handshake.roundTripMs).toBeUndefined();
    expect(handshake.endsAt).toBeUndefined();
  });

  it('measures nothing where the nomination takes more than one second', () => {
    const { clock, handshake } = open();
    handshake.handleIceState('connected', 'connecting');
    clock.advance(1001);
    handshake.handleIceState('completed', 'connecting');
    expect(handshake.roundTripMs).toBeUndefined();
    expect(handshake.endsAt).toBeUndefined();
  });

  it('keeps its measurement through an ICE restart', () => {
    const { clock, handshake } = open();
    handshake.handleIceState('connected', 'connecting');
    clock.advance(80);
    handshake.handleIceState('completed', 'connecting');
    for (const state of ['disconnected', 'connected', 'completed'] as const) {
      clock.advance(300);
      handshake.handleIceState(state, 'connected');
    }
    expect(handshake.roundTripMs).toBe(80);
    expect(handshake.endsAt).toBe(1160);
  });
});
