import { describe, expect, it } from 'vitest';
import { useBackend } from '../../packages/server/src/testing/useBackend.ts';
import { fuzzClient } from './client.ts';
import { dialects } from './dialects.ts';
import { Fuzzer } from './Fuzzer.ts';
import { seededRandom } from './random.ts';
import { samplesOf } from './samples.ts';
import { fuzzServer } from './server.ts';

const seed = 4;
const backend = useBackend();

describe.each(dialects)('malformed messages in %s', (dialect) => {
  it('are the same for the same seed', () => {
    const some = () => {
      const fuzzer = new Fuzzer(seededRandom(seed), samplesOf(dialect, 'server'));
      return Array.from({ length: 50 }, () => JSON.stringify(fuzzer.next()));
    };
    expect(some()).toEqual(some());
    expect(new Set(some()).size).toBeGreaterThan(30);
  });

  it('disturb neither the server nor honest peers in 300 messages', async () => {
    const { faults, messages, counts } = await fuzzServer(backend(), { dialect, seed, messages: 300, huge: 10_000 });
    expect(faults).toEqual([]);
    expect(messages).toBe(300);
    expect(counts.answered).toBeGreaterThan(0);
    expect(counts.refused).toBeGreaterThan(0);
  });

  it('do not disturb the client in 300 messages', async () => {
    const { faults, messages, counts } = await fuzzClient({ dialect, seed, messages: 300 });
    expect(faults).toEqual([]);
    expect(messages).toBeGreaterThanOrEqual(300);
    expect(counts.joined).toBeGreaterThan(0);
  });
});
