import { describe, expect, it } from 'vitest';

import call from './fixtures/genuineCall.json' with { type: 'json' };
import { readClientMessage, readResponse, readServerMessage, writeClientMessage, writeServerMessage } from './index.ts';

interface Frame {
  readonly peer: string;
  readonly from: string;
  readonly kind: string;
  readonly method: string;
  readonly payload?: unknown;
}

/** All frames of a call between the genuine programs mediasoup-client 2.4.11 and mediasoup 2.6.19. */
const frames = (call as { step: string; frames: Frame[] }[]).flatMap(({ step, frames }) =>
  frames.map((frame, index) => ({ name: `${step} ${index}: ${frame.peer} ${frame.kind} ${frame.method}`, ...frame })),
);
/** Payloads, without a message of the app. */
const payloads = frames.filter(({ method }) => method !== 'request-consumer-keyframe');

describe('Call between genuine programs', () => {
  it('contains most messages of the dialect', () => {
    const methods = new Set(payloads.filter(({ kind }) => kind !== 'response').map(({ method }) => method));
    expect(methods.size).toBeGreaterThan(30);
  });

  it.each(payloads.filter(({ kind, from }) => kind !== 'response' && from === 'client'))(
    'reads the client message $name and writes it back',
    ({ method, payload }) => {
      const read = readClientMessage(method as never, payload);
      expect(read).toMatchObject({ ok: true });
      if (!read.ok) return;
      expect(writeClientMessage(method as never, read.value).payload).toMatchObject(payload as object);
    },
  );

  it.each(payloads.filter(({ kind, from }) => kind !== 'response' && from === 'server'))(
    'reads the server message $name and writes it back',
    ({ method, payload }) => {
      const read = readServerMessage(method as never, payload);
      expect(read).toMatchObject({ ok: true });
      if (!read.ok) return;
      expect(writeServerMessage(method as never, read.value).payload).toMatchObject(payload as object);
    },
  );

  it.each(payloads.filter(({ kind }) => kind === 'response'))('reads the response to $name', ({ method, payload }) => {
    expect(readResponse(method as never, payload)).toMatchObject({ ok: true });
  });
});
