import { describe, expect, it } from 'vitest';
import { ManualClock } from '@tureen/kernel';
import { KeyFrameGate } from './KeyFrameGate.ts';

/** Requests of an engine that keeps a minimum time between two of them. */
class Engine {
  readonly requests: number[] = [];
  readonly #clock: ManualClock;
  readonly #delayMs: number;
  #isQuiet = false;
  #isAskedAgain = false;

  constructor(clock: ManualClock, delayMs: number) {
    this.#clock = clock;
    this.#delayMs = delayMs;
  }

  sendRequest(): void {
    if (this.#isQuiet) {
      this.#isAskedAgain = true;
      return;
    }
    this.requests.push(this.#clock.now());
    if (this.#delayMs === 0) return;
    this.#isQuiet = true;
    this.#clock.after(this.#delayMs, () => {
      this.#isQuiet = false;
      if (!this.#isAskedAgain) return;
      this.#isAskedAgain = false;
      this.sendRequest();
    });
  }
}

function open(requestDelayMs = 500) {
  const clock = new ManualClock();
  const engine = new Engine(clock, requestDelayMs);
  const gate = new KeyFrameGate({ clock, requestDelayMs });
  const resumed: string[] = [];
  const pass = (name: string) =>
    gate.pass(() => {
      resumed.push(`${name} at ${String(clock.now())}`);
      engine.sendRequest();
    });
  const requestEarly = () =>
    gate.requestEarly(() => {
      engine.sendRequest();
    });
  /** Activates a consumer that resumed without the gate. */
  const activate = () => {
    gate.noteRequest();
    engine.sendRequest();
  };
  return { clock, engine, gate, resumed, pass, requestEarly, activate };
}

describe('KeyFrameGate', () => {
  it('lets a consumer resume at once where no key frame was requested recently', () => {
    const { clock, engine, resumed, pass } = open();
    pass('a');
    clock.advance(500);
    pass('b');
    expect(resumed).toEqual(['a at 0', 'b at 500']);
    expect(engine.requests).toEqual([0, 500]);
  });

  it('collects consumers that become ready within 300 ms, and lets them resume together, in order', () => {
    const { clock, resumed, pass } = open();
    pass('a');
    clock.advance(150);
    pass('b');
    clock.advance(149);
    pass('c');
    expect(resumed).toEqual(['a at 0']);
    clock.advance(151);
    expect(resumed).toEqual(['a at 0', 'b at 450', 'c at 450']);
    expect(clock.pending).toBe(1);
  });

  it('lets consumers resume at once while the key frame is on its way', () => {
    const { clock, engine, resumed, pass } = open();
    pass('a');
    pass('b');
    clock.advance(100);
    pass('c');
    expect(resumed).toEqual(['a at 0', 'b at 0', 'c at 100']);
    clock.advance(1000);
    expect(engine.requests).toEqual([0, 500]);
  });

  it('lets all waiting consumers resume at the next request of the engine', () => {
    const { clock, engine, resumed, pass } = open();
    pass('a');
    clock.advance(400);
    pass('b');
    clock.advance(95);
    pass('c');
    expect(resumed).toEqual(['a at 0', 'b at 480', 'c at 495']);
    clock.advance(5);
    expect(engine.requests).toEqual([0, 500]);
  });

  it.each([
    { count: 20, everyMs: 0, atMost: 2 },
    { count: 20, everyMs: 10, atMost: 2 },
    { count: 20, everyMs: 50, atMost: 3 },
    { count: 100, everyMs: 9, atMost: 3 },
    { count: 40, everyMs: 50, atMost: 5 },
  ])('limits $count late joiners, one every $everyMs ms, to $atMost key frames', ({ count, everyMs, atMost }) => {
    const { clock, engine, gate, resumed, pass } = open();
    const ready = new Map<string, number>();
    for (let n = 0; n < count; n += 1) {
      ready.set(String(n), clock.now());
      pass(String(n));
      clock.advance(everyMs);
    }
    clock.advance(5000);
    expect(resumed).toHaveLength(count);
    expect(engine.requests.length).toBeLessThanOrEqual(atMost);
    expect(gate.waiting).toBe(0);
    expect(clock.pending).toBe(0);
    for (const entry of resumed) {
      const [name = '', at] = entry.split(' at ');
      expect(Number(at) - ready.get(name)!).toBeLessThanOrEqual(300);
    }
  });

  it('collects for 300 ms where the engine has no minimum time between requests', () => {
    const { clock, resumed, pass } = open(0);
    for (const name of ['a', 'b', 'c']) {
      pass(name);
      clock.advance(120);
    }
    clock.advance(1000);
    expect(resumed).toEqual(['a at 0', 'b at 300', 'c at 300']);
    expect(clock.pending).toBe(0);
  });

  it('skips a canceled consumer, and leaves no timer', () => {
    const { clock, gate, resumed, pass } = open();
    pass('a');
    clock.advance(200);
    const [takeBackB, takeBackC] = [pass('b'), pass('c')];
    takeBackB();
    takeBackC();
    takeBackC();
    expect(gate.waiting).toBe(0);
    clock.advance(1000);
    expect(resumed).toEqual(['a at 0']);
    expect(clock.pending).toBe(0);
    pass('d')();
    expect(resumed).toEqual(['a at 0', 'd at 1200']);
  });

  it('lets no consumer resume once closed, and leaves no timer', () => {
    const { clock, gate, resumed, pass } = open(0);
    pass('a');
    clock.advance(200);
    pass('b');
    gate.close();
    pass('c');
    expect(clock.pending).toBe(0);
    clock.advance(1000);
    expect(resumed).toEqual(['a at 0']);
  });

  it('limits a consumer that pauses and resumes all the time, without delaying the others', () => {
    const { clock, engine, resumed, pass } = open();
    let takeBack = pass('storm');
    for (let ms = 0; ms < 2000; ms += 5) {
      clock.advance(5);
      takeBack();
      takeBack = pass('storm');
      if (ms === 1000) pass('other');
    }
    clock.advance(1000);
    const [, at = ''] = /other at (\d+)/.exec(resumed.join()) ?? [];
    expect(Number(at) - 1005).toBeLessThanOrEqual(300);
    expect(engine.requests.length).toBeLessThanOrEqual(6);
  });

  it('requests an early key frame at once, and once for all that ask within 100 ms', () => {
    const { clock, engine, requestEarly } = open();
    expect([requestEarly(), requestEarly()]).toEqual(['requested', 'shared']);
    clock.advance(100);
    expect(requestEarly()).toBe('shared');
    expect(engine.requests).toEqual([0]);
  });

  it('requests no early key frame that the engine would hold back', () => {
    const { clock, engine, pass, requestEarly } = open();
    pass('a');
    clock.advance(101);
    expect(requestEarly()).toBe('none');
    clock.advance(399);
    expect(requestEarly()).toBe('requested');
    expect(engine.requests).toEqual([0, 500]);
  });

  it('requests no early key frame once closed', () => {
    const { engine, gate, requestEarly } = open();
    gate.close();
    expect(requestEarly()).toBe('none');
    expect(engine.requests).toEqual([]);
  });

  it('knows the request that the engine repeats for a consumer whose transport connects after an early request', () => {
    const { clock, engine, resumed, pass, requestEarly, activate } = open();
    requestEarly();
    clock.advance(150);
    activate();
    clock.advance(200);
    pass('late');
    clock.advance(1000);
    expect(engine.requests).toEqual([0, 500]);
    expect(resumed).toEqual(['late at 480']);
  });

  it('counts the request of a consumer whose transport connects', () => {
    const { clock, engine, requestEarly, activate } = open();
    activate();
    clock.advance(200);
    expect(requestEarly()).toBe('none');
    clock.advance(300);
    expect(requestEarly()).toBe('requested');
    expect(engine.requests).toEqual([0, 500]);
  });
});
