import { describe, expect, it } from 'vitest';
import { ManualClock } from '@tureen/kernel';
import { Handshake } from './Handshake.ts';

function open({ signalingMs = undefined as number | undefined } = {}) {
  const clock = new ManualClock();
  clock.advance(1000);
  const handshake = new Handshake({ clock, signalingMs: () => signalingMs });
  return {
    clock,
    handshake,
    /** First check of a client, which the engine has the DTLS parameters of. */
    check(): void {
      handshake.handleIceState('connected');
      handshake.handleDtlsState('connecting');
    },
    nominate(afterMs: number): void {
      clock.advance(afterMs);
      handshake.handleIceState('completed');
    },
  };
}

describe('Handshake', () => {
  it('begins with the first check of the client', () => {
    const { handshake, check } = open();
    expect(handshake.hasBegun).toBe(false);
    check();
    expect(handshake.hasBegun).toBe(true);
  });

  it('predicts the end two round trips after the first check', () => {
    const { handshake, check } = open({ signalingMs: 80 });
    expect(handshake.endsAt).toBeUndefined();
    check();
    expect(handshake.endsAt).toBe(1160);
  });

  it('predicts the end also for a client that nominates with its first check', () => {
    const { handshake } = open({ signalingMs: 80 });
    handshake.handleIceState('completed');
    handshake.handleDtlsState('connecting');
    expect(handshake.endsAt).toBe(1160);
  });

  it('measures the round trip up to the nomination where that of the signaling is unknown', () => {
    const { handshake, check, nominate } = open();
    check();
    expect(handshake.roundTripMs).toBeUndefined();
    expect(handshake.endsAt).toBeUndefined();
    nominate(80);
    expect(handshake.roundTripMs).toBe(80);
    expect(handshake.endsAt).toBe(1160);
  });

  it.each([
    { what: 'a client that nominates late', signalingMs: 80, nominationMs: 110, roundTripMs: 80 },
    { what: 'signaling that takes a longer path', signalingMs: 300, nominationMs: 110, roundTripMs: 110 },
    { what: 'media that takes a longer path', signalingMs: 80, nominationMs: 310, roundTripMs: 260 },
    { what: 'signaling that stalled', signalingMs: 1001, nominationMs: 110, roundTripMs: 110 },
    { what: 'a nomination that was lost', signalingMs: 80, nominationMs: 1001, roundTripMs: 80 },
  ])('corrects the round trip by the nomination, for $what', ({ signalingMs, nominationMs, roundTripMs }) => {
    const { handshake, check, nominate } = open({ signalingMs });
    check();
    nominate(nominationMs);
    expect(handshake.roundTripMs).toBe(roundTripMs);
    expect(handshake.endsAt).toBe(1000 + 2 * roundTripMs);
  });

  it('predicts nothing for a client that nominates with its first check where the round trip of the signaling is unknown', () => {
    const { handshake, nominate } = open();
    nominate(0);
    handshake.handleDtlsState('connecting');
    nominate(80);
    expect(handshake.roundTripMs).toBeUndefined();
    expect(handshake.endsAt).toBeUndefined();
  });

  it('predicts nothing before the engine has the DTLS parameters', () => {
    const { handshake } = open({ signalingMs: 80 });
    handshake.handleIceState('connected');
    expect(handshake.endsAt).toBeUndefined();
  });

  it.each([
    { when: 'before', afterMs: 80, endsAt: 1160 },
    { when: 'after', afterMs: 81, endsAt: undefined },
  ])(
    'predicts $endsAt where the engine gets the DTLS parameters $when the first DTLS packet',
    ({ afterMs, endsAt }) => {
      const { clock, handshake } = open({ signalingMs: 80 });
      handshake.handleIceState('connected');
      clock.advance(afterMs);
      handshake.handleDtlsState('connecting');
      expect(handshake.endsAt).toBe(endsAt);
    },
  );

  it('keeps its measurement through an ICE restart', () => {
    const { clock, handshake, check, nominate } = open();
    check();
    nominate(80);
    for (const state of ['disconnected', 'connected', 'completed'] as const) {
      clock.advance(300);
      handshake.handleIceState(state);
    }
    expect(handshake.roundTripMs).toBe(80);
    expect(handshake.endsAt).toBe(1160);
  });
});
