import { describe, expect, it } from 'vitest';
import { deferred, ManualClock } from '@tureen/kernel';
import { TureenError } from '../../shared/errors.ts';
import { pass as passOf } from '@tureen/testkit/scripted/roomWorld';
import { MediaRecovery } from './MediaRecovery.ts';
import type { RoomCapabilities } from '../capabilities.ts';
import type { TransportDirection } from '../entityInfo.ts';
import type { TransportRecoveryOptions } from './TransportRecovery.ts';

const refused = () => Promise.reject(new TureenError('requestRefused', 'no such word'));
const never = () => new Promise<void>(() => {});

/** All steps are supported and succeed at once. Records steps and events. */
function ladder(
  given: Partial<TransportRecoveryOptions> & { steps?: Partial<RoomCapabilities['recovery']> } = {},
  { wasConnected = true } = {},
) {
  const clock = new ManualClock();
  const said: string[] = [];
  const recovery = new MediaRecovery({
    clock,
    announce: (event, payload) => {
      said.push([event, ...Object.values(payload)].join(' '));
    },
    recovery: () => ({ iceRestart: true, rebuildSend: true, rebuildRecv: true, ...given.steps }),
    rejoin: (reason) => {
      said.push(`rejoin: ${reason}`);
      recovery.stop();
    },
    drop: (reason) => {
      said.push(`drop: ${reason}`);
      recovery.stop();
    },
    ...given,
    restartIce: (direction) => {
      said.push(`restart ${direction}`);
      return given.restartIce?.(direction) ?? Promise.resolve();
    },
    rebuild: (direction) => {
      said.push(`rebuild ${direction}`);
      return given.rebuild?.(direction) ?? Promise.resolve();
    },
  });
  recovery.start(false);
  if (wasConnected) {
    recovery.handleState('send', 'connected');
    recovery.handleState('recv', 'connected');
  }
  const pass = async (ms: number) => {
    await passOf(clock, ms);
    return said.splice(0);
  };
  const heard = async () => pass(0);
  return { clock, recovery, said, pass, heard };
}

describe('a lost media connection', () => {
  it('waits two seconds, then restarts ICE in both directions', async () => {
    const { recovery, pass, clock } = ladder();
    recovery.handleState('send', 'disconnected');
    expect(await pass(1999)).toEqual([]);
    expect(await pass(1)).toEqual(['transportRecovering send restartIce disconnected', 'restart send', 'restart recv']);
    recovery.handleState('send', 'connected');
    expect(await pass(60_000)).toEqual(['transportRecovered send restartIce']);
    expect(clock.pending).toBe(0);
  });

  it('starts no recovery when ICE reconnects in time', async () => {
    const { recovery, pass, clock } = ladder();
    recovery.handleState('recv', 'disconnected');
    await pass(1999);
    recovery.handleState('recv', 'connecting');
    recovery.handleState('recv', 'connected');
    expect(await pass(60_000)).toEqual([]);
    expect(clock.pending).toBe(0);
  });

  it('waits longer where ICE cannot be restarted, as the next step costs more', async () => {
    const { recovery, pass } = ladder({ steps: { iceRestart: false } });
    recovery.handleState('send', 'disconnected');
    expect(await pass(6999)).toEqual([]);
    expect(await pass(1)).toEqual(['transportRecovering send rebuild disconnected', 'rebuild send']);
  });

  it('skips the wait after it has failed', async () => {
    const { recovery, heard } = ladder();
    recovery.handleState('send', 'disconnected');
    recovery.handleState('send', 'failed');
    expect(await heard()).toEqual(['transportRecovering send restartIce failed', 'restart send', 'restart recv']);
  });

  it('causes one restart when lost in both directions at once', async () => {
    const { recovery, pass } = ladder();
    recovery.handleState('send', 'disconnected');
    await pass(500);
    recovery.handleState('recv', 'disconnected');
    expect(await pass(2000)).toEqual([
      'transportRecovering send restartIce disconnected',
      'restart send',
      'restart recv',
      'transportRecovering recv restartIce disconnected',
    ]);
    recovery.handleState('recv', 'connected');
    recovery.handleState('send', 'connected');
    expect(await pass(60_000)).toEqual(['transportRecovered recv restartIce', 'transportRecovered send restartIce']);
  });
});

describe('the steps of a recovery', () => {
  it('follow each other after seven seconds each, to the last', async () => {
    const { recovery, heard, pass, clock } = ladder();
    recovery.handleState('send', 'failed');
    await heard();
    expect(await pass(6999)).toEqual([]);
    expect(await pass(1)).toEqual(['transportRecovering send rebuild no connection after restartIce', 'rebuild send']);
    recovery.handleState('send', 'connecting');
    expect(await pass(7000)).toEqual([
      'transportRecovering send rejoin no connection after rebuild',
      'rejoin: media is lost: send',
    ]);
    expect(clock.pending).toBe(0);
  });

  it('skip the wait after a refusal', async () => {
    const { recovery, heard } = ladder({ restartIce: refused, rebuild: refused });
    recovery.handleState('send', 'failed');
    expect(await heard()).toEqual([
      'transportRecovering send restartIce failed',
      'restart send',
      'restart recv',
      'transportRecovering send rebuild no such word',
      'rebuild send',
      'transportRecovering send rejoin no such word',
      'rejoin: media is lost: send',
    ]);
  });

  it('ignore a refusal for the healthy direction', async () => {
    const { recovery, heard } = ladder({ restartIce: (one) => (one === 'recv' ? refused() : Promise.resolve()) });
    recovery.handleState('send', 'failed');
    expect(await heard()).toHaveLength(3);
    recovery.handleState('send', 'connected');
    expect(await heard()).toEqual(['transportRecovered send restartIce']);
  });

  it.each<[string, Partial<RoomCapabilities['recovery']>, TransportDirection, string]>([
    ['mediasoup-v3 receiving', { rebuildRecv: false }, 'recv', 'restartIce rejoin'],
    ['mediasoup-v2-beta sending', { iceRestart: false, rebuildRecv: false }, 'send', 'rebuild rejoin'],
    ['mediasoup-v2-beta receiving', { iceRestart: false, rebuildRecv: false }, 'recv', 'rejoin'],
    ['push-pull receiving', { iceRestart: false }, 'recv', 'rebuild rejoin'],
  ])('skip the unsupported steps of %s', async (_, steps, direction, expected) => {
    const { recovery, pass, heard } = ladder({ steps });
    recovery.handleState(direction, 'failed');
    const lines = [...(await heard()), ...(await pass(7000)), ...(await pass(7000))];
    const told = lines.filter((line) => line.startsWith('transportRecovering')).map((line) => line.split(' ')[2]);
    expect(told.join(' ')).toBe(expected);
  });

  it('end for a rebuilt transport that has nothing to carry', async () => {
    const { recovery, pass, heard, clock } = ladder({ steps: { iceRestart: false } });
    recovery.handleState('send', 'failed');
    recovery.handleState('send', 'new');
    expect(await heard()).toEqual(['transportRecovering send rebuild failed', 'rebuild send']);
    expect(await pass(7000)).toEqual(['transportRecovered send rebuild']);
    expect(clock.pending).toBe(0);
  });

  it('run separately for a second direction that fails later', async () => {
    const { recovery, pass, heard } = ladder();
    recovery.handleState('send', 'failed');
    await heard();
    await pass(3000);
    recovery.handleState('recv', 'failed');
    expect(await heard()).toEqual(['transportRecovering recv restartIce failed', 'restart send', 'restart recv']);
    expect(await pass(4000)).toEqual([
      'transportRecovering send rebuild no connection after restartIce',
      'rebuild send',
    ]);
    recovery.handleState('send', 'connected');
    expect(await pass(3000)).toEqual([
      'transportRecovered send rebuild',
      'transportRecovering recv rebuild no connection after restartIce',
      'rebuild recv',
    ]);
  });
});

describe('a server that does not respond', () => {
  it.each(['restartIce', 'rebuild'] as const)(
    'causes a reconnect after five seconds without a response to a %s',
    async (step) => {
      const { recovery, pass, heard, clock } = ladder({ [step]: never, steps: { iceRestart: step === 'restartIce' } });
      recovery.handleState('send', 'failed');
      await heard();
      expect(await pass(4999)).toEqual([]);
      expect(await pass(1)).toEqual(['drop: no response from the server while media was lost']);
      expect(clock.pending).toBe(0);
    },
  );

  it('causes a reconnect when the request times out earlier', async () => {
    const { recovery, heard } = ladder({
      restartIce: () => Promise.reject(new TureenError('requestTimeout', 'no answer')),
    });
    recovery.handleState('send', 'failed');
    expect((await heard()).at(-1)).toBe('drop: no response from the server while media was lost');
  });
});

describe('a session that starts', () => {
  it('has no recovery after a rejoin, and reports the earlier one as recovered', async () => {
    const { recovery, pass, heard } = ladder({ steps: { iceRestart: false, rebuildSend: false } });
    recovery.handleState('send', 'failed');
    await heard();
    recovery.start(false);
    expect(await pass(60_000)).toEqual(['transportRecovered send rejoin']);
  });

  it('checks the current state of both transports after a resume', async () => {
    const { recovery, pass, heard } = ladder();
    recovery.handleState('send', 'disconnected');
    recovery.stop();
    expect(await pass(60_000)).toEqual([]);
    recovery.handleState('recv', 'failed');
    expect(await heard()).toEqual([]);
    recovery.start(true);
    expect(await heard()).toEqual(['transportRecovering recv restartIce failed', 'restart send', 'restart recv']);
    expect((await pass(2000))[0]).toBe('transportRecovering send restartIce disconnected');
  });

  it('waits after a resume for a transport that may have reconnected', async () => {
    const { recovery, pass } = ladder();
    recovery.handleState('send', 'disconnected');
    recovery.stop();
    await pass(10_000);
    recovery.start(true);
    recovery.handleState('send', 'connected');
    expect(await pass(60_000)).toEqual([]);
  });

  it('repeats the steps with growing pauses while they fail', async () => {
    const { recovery, pass, clock, said } = ladder({ steps: { iceRestart: false, rebuildSend: false } });
    const pauses: number[] = [];
    for (let round = 0; round < 7; round++) {
      const failedAt = clock.now();
      recovery.handleState('send', 'failed');
      while (!said.some((line) => line.startsWith('rejoin:'))) clock.advance(clock.nextIn ?? 0);
      pauses.push(clock.now() - failedAt);
      await pass(0);
      recovery.start(false);
    }
    expect(pauses).toEqual([0, 7000, 14_000, 28_000, 56_000, 56_000, 56_000]);
    recovery.handleState('send', 'connected');
    said.length = 0;
    recovery.handleState('send', 'failed');
    expect(said).toContain('rejoin: media is lost: send');
  });

  it('does not rejoin when its media never connected', async () => {
    const { recovery, pass, heard, clock } = ladder({}, { wasConnected: false });
    recovery.handleState('recv', 'failed');
    await heard();
    await pass(7000);
    expect(await pass(7000)).toEqual([]);
    expect(clock.nextIn).toBe(7000);
    expect((await pass(7000))[0]).toBe('transportRecovering recv restartIce no connection after rebuild');
  });

  it('does not rejoin for media that cannot be received, which the sender may cause', async () => {
    const { recovery, pass, heard } = ladder({ steps: { rejoinRecv: false } });
    recovery.handleState('recv', 'failed');
    await heard();
    await pass(7000);
    expect(await pass(7000)).toEqual([]);
  });
});

describe('a network that returns', () => {
  it('ends every wait, and starts from the first step', async () => {
    const { recovery, pass, heard } = ladder();
    recovery.handleState('send', 'disconnected');
    recovery.handleOnline();
    expect(await heard()).toEqual(['transportRecovering send restartIce disconnected', 'restart send', 'restart recv']);
    await pass(6000);
    recovery.handleOnline();
    expect((await heard())[1]).toBe('restart send');
  });

  it('does nothing for a healthy connection, and nothing while signaling is down', async () => {
    const { recovery, heard } = ladder();
    recovery.handleOnline();
    expect(await heard()).toEqual([]);
    recovery.handleState('send', 'failed');
    await heard();
    recovery.stop();
    recovery.handleOnline();
    expect(await heard()).toEqual([]);
  });
});

describe('a recovery', () => {
  const steps = ['restartIce', 'rebuild'] as const;

  it.each(steps)('ends with signaling during a %s, whose result is ignored', async (step) => {
    const answer = deferred<undefined>();
    const { recovery, pass, heard, clock } = ladder({
      [step]: () => answer.promise,
      steps: { iceRestart: step === 'restartIce' },
    });
    recovery.handleState('send', 'failed');
    await heard();
    recovery.stop();
    answer.reject(new TureenError('connectionLost', 'gone'));
    expect(await pass(60_000)).toEqual([]);
    expect(clock.pending).toBe(0);
  });

  it.each(steps)('ends when ICE reconnects during a %s', async (step) => {
    const answer = deferred<undefined>();
    const { recovery, pass, heard, clock } = ladder({
      [step]: () => answer.promise,
      steps: { iceRestart: step === 'restartIce' },
    });
    recovery.handleState('send', 'failed');
    await heard();
    recovery.handleState('send', 'connected');
    expect(await heard()).toEqual([`transportRecovered send ${step}`]);
    answer.reject(new TureenError('requestRefused', 'too late'));
    expect(await pass(60_000)).toEqual([]);
    expect(clock.pending).toBe(0);
  });

  it('ends when a listener of a step leaves', async () => {
    const world = ladder({
      announce: () => {
        world.recovery.end();
      },
    });
    world.recovery.handleState('send', 'failed');
    world.recovery.handleState('recv', 'failed');
    expect(await world.heard()).toEqual([]);
    expect(world.clock.pending).toBe(0);
  });

  it('ends with leave(), and the next session has no recovery', async () => {
    const { recovery, pass, heard } = ladder();
    recovery.handleState('send', 'failed');
    await heard();
    recovery.end();
    recovery.handleState('recv', 'failed');
    recovery.start(false);
    expect(await pass(60_000)).toEqual([]);
  });
});

/** Returns the same numbers for the same seed, 0 to 1. */
function numbers(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state * 1_664_525 + 1_013_904_223) % 2 ** 32;
    return state / 2 ** 32;
  };
}

describe('any events in any order', () => {
  it.each(Array.from({ length: 100 }, (_, seed) => seed))('keep the invariants (seed %i)', async (seed) => {
    const next = numbers(seed);
    const oneOf = <T>(all: readonly T[]): T => all[Math.floor(next() * all.length)]!;
    let asked = 0;
    const outcome = async () => {
      asked += 1;
      const what = oneOf(['yes', 'yes', 'late', 'no', 'never']);
      if (what === 'late') await new Promise<void>((resolve) => clock.after(oneOf([100, 3000, 6000]), resolve));
      if (what === 'never') await never();
      asked -= 1;
      if (what === 'no') await refused();
    };
    const steps = { iceRestart: next() < 0.7, rebuildSend: next() < 0.7, rebuildRecv: next() < 0.5 };
    const { clock, recovery, said, pass } = ladder({ steps, restartIce: outcome, rebuild: outcome });
    const open = new Map<string, boolean>();
    const states = ['connecting', 'connected', 'disconnected', 'failed', 'new'] as const;
    const broken = new Set<TransportDirection>();
    let isOn = true;
    for (let turn = 0; turn < 100; turn++) {
      const happens = next();
      if (happens < 0.5) {
        const [direction, state] = [oneOf(['send', 'recv'] as const), oneOf(states)];
        recovery.handleState(direction, state);
        if (state === 'disconnected' || state === 'failed') broken.add(direction);
        else broken.delete(direction);
      } else if (happens < 0.6) recovery.handleOnline();
      else if (happens < 0.7) recovery.stop();
      for (const line of await pass(oneOf([0, 100, 2000, 7000, 60_000]))) {
        const [event, direction = ''] = line.split(' ');
        if (event === 'transportRecovered') {
          expect(open.get(direction), line).toBe(true);
          open.set(direction, false);
        } else if (event === 'transportRecovering') open.set(direction, true);
        else if (event === 'rejoin:' || event === 'drop:') isOn = false;
      }
      if (happens >= 0.6 && happens < 0.7) isOn = false;
      // Broken media always has a pending timer.
      if (isOn && broken.size > 0) expect(clock.pending).toBeGreaterThan(0);
      if (!isOn) {
        expect(clock.pending).toBeLessThanOrEqual(asked);
        const isResumed = next() < 0.5;
        recovery.start(isResumed);
        isOn = true;
        if (!isResumed) broken.clear();
        for (const line of said.splice(0))
          if (line.startsWith('transportRecovered')) open.set(line.split(' ')[1]!, false);
      }
    }
    recovery.end();
    await pass(60_000);
    expect(clock.pending).toBe(0);
  });
});
