import { describe, expect, it } from 'vitest';
import { offer } from '../../../testing/offers.ts';
import type { OfferName } from '../../../testing/offers.ts';
import { openPushPullRooms } from '../../../testing/openPushPullRooms.ts';
import { useBackend } from '../../../testing/useBackend.ts';

const backend = useBackend();

/** Returns random numbers below `max`, the same in every run. */
function dice(seed: number): (max: number) => number {
  let state = seed;
  return (max) => {
    // Lehmer generator.
    state = (state * 48_271) % 0x7f_ff_ff_ff;
    return state % max;
  };
}

const pieces = [
  '',
  '0',
  '-1',
  '4294967296',
  '99999',
  'x',
  '*',
  ' ',
  ';',
  '=',
  '__proto__',
  '\u0000',
  '🦄',
  'a=mid:0',
  'm=video 9 UDP/TLS/RTP/SAVPF 96',
];

/** Removes, doubles, moves, cuts or changes one to four lines. */
function mutate(sdp: string, roll: (max: number) => number): string {
  const lines = sdp.split('\r\n');
  for (let count = 1 + roll(4); count > 0; count -= 1) {
    const index = roll(lines.length);
    const line = lines[index] ?? '';
    const piece = pieces[roll(pieces.length)] ?? '';
    const words = line.split(/(?<=[ :=;/])/);
    switch (roll(6)) {
      case 0:
        lines.splice(index, 1);
        break;
      case 1:
        lines.splice(index, 0, line);
        break;
      case 2:
        lines.splice(roll(lines.length), 0, ...lines.splice(index, 1));
        break;
      case 3:
        lines[index] = line.slice(0, roll(line.length + 1));
        break;
      case 4:
        words[roll(words.length)] = piece;
        lines[index] = words.join('');
        break;
      default:
        lines.splice(index, 0, `a=${piece}`);
    }
  }
  return lines.join('\r\n');
}

const names: OfferName[] = [
  'chromium-push-audio-video',
  'chromium-push-simulcast',
  'chromium-push-with-data',
  'firefox-push-audio-video',
  'firefox-push-simulcast',
];

/** Expects that the server accepts the offer, or refuses it with its own error. Any other error is a bug. */
async function outcome(asked: Promise<unknown>): Promise<'served' | 'refused'> {
  try {
    await asked;
    return 'served';
  } catch (error) {
    expect(error).toMatchObject({ name: 'Refused', message: expect.not.stringContaining('BUG') as string });
    expect([-1, 488]).toContain((error as { code: number }).code);
    return 'refused';
  }
}

describe('mutated offers', () => {
  it.each(names)('are served or refused in 150 pushes, and the user stays connected: %s', async (name) => {
    using rooms = openPushPullRooms(backend());
    const alice = await rooms.join('alice', { extensions: ['pushers'] });
    const roll = dice(name.length);
    const seen = new Set<string>();
    for (let count = 0; count < 150; count += 1) {
      seen.add(await outcome(alice.push(mutate(offer(name), roll))));
      const pusherIds = [...(rooms.registry.get('room')?.peers.get('alice')?.sending.producers.keys() ?? [])];
      if (pusherIds.length > 0) await alice.sendRequest('unpush', { pusherIds });
    }
    expect([...seen].sort()).toEqual(['refused', 'served']);
    expect(await backend().dump()).toMatchObject([{ routers: [{ transports: 0, producers: 0 }] }]);
    await alice.push(offer(name));
  });

  it.each(['chromium-pull-aligned', 'firefox-pull-plain'] as const)(
    'are served or refused in 150 pulls, and the user stays connected: %s',
    async (name) => {
      using rooms = openPushPullRooms(backend());
      const alice = await rooms.join('alice', { extensions: ['pushers'] });
      const bob = await rooms.join('bob');
      const { pushers = [] } = await alice.push(offer('firefox-push-audio-video'));
      const specs = pushers.map(({ pusherId, rtpParam }) => ({ type: rtpParam.av_type, pusherId }));
      const roll = dice(name.length);
      const seen = new Set<string>();
      for (let count = 0; count < 150; count += 1) {
        seen.add(await outcome(bob.pull('alice', mutate(offer(name), roll), specs)));
        // The newest pull wins.
        expect(rooms.registry.get('room')?.peers.get('bob')?.transports.size).toBeLessThanOrEqual(1);
      }
      expect([...seen].sort()).toEqual(['refused', 'served']);
      await bob.pull('alice', offer(name), specs);
    },
  );
});
