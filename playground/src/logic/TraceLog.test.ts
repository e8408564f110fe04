import { describe, expect, it, vi } from 'vitest';
import type { TraceEntry } from '@tureen/client';
import { type TraceFilter, TraceLog, payloadText, traceText } from './TraceLog.ts';

const everything: TraceFilter = { text: '', direction: 'all' };

function entry(method: string, rest: Partial<TraceEntry> = {}): TraceEntry {
  return { direction: 'out', kind: 'request', method, payload: {}, at: 0, ...rest };
}

function logOf(...entries: TraceEntry[]) {
  const onChange = vi.fn();
  const log = new TraceLog({ capacity: 100, onChange });
  for (const one of entries) log.add(one);
  const methods = (filter: Partial<TraceFilter> = {}) =>
    log.view({ ...everything, ...filter }).map((record) => record.method);
  return { log, onChange, methods };
}

describe('TraceLog', () => {
  it('lists messages in order', () => {
    const { methods } = logOf(entry('join'), entry('produce'), entry('newPeer', { direction: 'in' }));
    expect(methods()).toEqual(['join', 'produce', 'newPeer']);
  });

  it('filters by direction', () => {
    const { methods } = logOf(entry('join'), entry('newPeer', { direction: 'in' }));
    expect(methods({ direction: 'in' })).toEqual(['newPeer']);
    expect(methods({ direction: 'out' })).toEqual(['join']);
  });

  it('finds text in methods and payloads, ignoring case', () => {
    const { methods } = logOf(entry('join', { payload: { displayName: 'Alice' } }), entry('produce'));
    expect(methods({ text: 'PROD' })).toEqual(['produce']);
    expect(methods({ text: ' alice ' })).toEqual(['join']);
    expect(methods({ text: 'absent' })).toEqual([]);
  });

  it('hides and counts new messages while paused, and lists them after the pause', () => {
    const { log, methods } = logOf(entry('join'));
    log.setPaused(true);
    log.add(entry('produce'));
    expect(methods()).toEqual(['join']);
    expect(log.heldBack).toBe(1);
    log.setPaused(false);
    expect(methods()).toEqual(['join', 'produce']);
    expect(log.heldBack).toBe(0);
  });

  it('removes all messages on clear, including hidden ones', () => {
    const { log, methods } = logOf(entry('join'));
    log.setPaused(true);
    log.add(entry('produce'));
    log.clear();
    expect(log.heldBack).toBe(0);
    log.setPaused(false);
    expect(methods()).toEqual([]);
  });

  it('drops the oldest messages above its capacity', () => {
    const { log, methods } = logOf();
    for (let i = 0; i < 300; i += 1) log.add(entry(`m${i}`));
    expect(methods().length).toBeLessThanOrEqual(125);
    expect(methods().at(-1)).toBe('m299');
  });

  it('notifies of every change', () => {
    const { log, onChange } = logOf(entry('join'));
    log.setPaused(true);
    log.setPaused(true);
    log.clear();
    expect(onChange).toHaveBeenCalledTimes(3);
  });
});

describe('traceText', () => {
  it('writes one line of JSON per message', () => {
    const { log } = logOf(entry('join', { payload: { a: 1 } }), entry('join', { kind: 'response', ok: true, ms: 3 }));
    const lines = traceText(log.view(everything)).split('\n');
    expect(lines.map((line) => JSON.parse(line) as unknown)).toEqual([
      { at: '1970-01-01T00:00:00.000Z', direction: 'out', kind: 'request', method: 'join', payload: { a: 1 } },
      {
        at: '1970-01-01T00:00:00.000Z',
        direction: 'out',
        kind: 'response',
        method: 'join',
        payload: {},
        ok: true,
        ms: 3,
      },
    ]);
  });
});

describe('payloadText', () => {
  it('returns an empty text without a payload, and a placeholder where JSON fails', () => {
    expect(payloadText(undefined)).toBe('');
    const loop: Record<string, unknown> = {};
    loop.self = loop;
    expect(payloadText(loop)).toBe('(not JSON)');
  });
});
