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

/** Every frame of a call between genuine programs, mediasoup-client 2.4.11 and mediasoup 2.6.19, as it was on the wire. */
const frames = (call as { step: string; frames: Frame[] }[]).flatMap(({ step, frames }) =>
  frames.map((frame, index) => ({ name: `${step} ${index}: ${frame.peer} ${frame.kind} ${frame.method}`, ...frame })),
);
/** A message of the apps', beside the payloads. */
const payloads = frames.filter(({ method }) => method !== 'request-consumer-keyframe');

describe('a call between genuine programs', () => {
  it('has most messages of the dialect', () => {
    const methods = new Set(payloads.filter(({ kind }) => kind !== 'response').map(({ method }) => method));
    expect(methods.size).toBeGreaterThan(30);
  });

  it.each(payloads.filter(({ kind, from }) => kind !== 'response' && from === 'client'))(
    '$name',
    ({ method, payload }) => {
      const read = readClientMessage(method as never, payload);
      expect(read).toMatchObject({ ok: true });
      if (!read.ok) return;
      expect(writeClientMessage(method as never, read.value).payload).toMatchObject(payload as object);
    },
  );

  it.each(payloads.filter(({ kind, from }) => kind !== 'response' && from === 'server'))(
    '$name',
    ({ method, payload }) => {
      const read = readServerMessage(method as never, payload);
      expect(read).toMatchObject({ ok: true });
      if (!read.ok) return;
      expect(writeServerMessage(method as never, read.value).payload).toMatchObject(payload as object);
    },
  );

  it.each(payloads.filter(({ kind }) => kind === 'response'))('$name', ({ method, payload }) => {
    expect(readResponse(method as never, payload)).toMatchObject({ ok: true });
  });
});
