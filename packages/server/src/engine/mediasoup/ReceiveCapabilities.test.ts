import type { RtpCapabilities, RtpParameters } from '@tureen/protocol/common';
import { ortc } from 'mediasoup';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { matchedCapabilities, narrowedCapabilities } from './capabilities.ts';
import { defaultMediaCodecs } from './mediaCodecs.ts';
import { ReceiveCapabilities } from './ReceiveCapabilities.ts';
import { sendAudio, useRegistry } from '../../testing/useRegistry.ts';
import { useBackend } from '../../testing/useBackend.ts';
import type { RoomMember } from '../../testing/RoomMember.ts';

const router = ortc.generateRouterRtpCapabilities(structuredClone([...defaultMediaCodecs]));

/** Opens capabilities that count what they examine. */
function open() {
  const match = vi.fn(matchedCapabilities);
  const narrow = vi.fn(narrowedCapabilities);
  return { receive: new ReceiveCapabilities(structuredClone(router), { match, narrow }), match, narrow };
}

/** Consumable parameters of a producer, as an object of its own. */
function consumable(index: number, parameters: object = {}): RtpParameters {
  const codec = structuredClone(router.codecs?.[index]);
  return {
    codecs: [{ ...codec, payloadType: codec?.preferredPayloadType, parameters }],
    headerExtensions: [],
  } as never;
}

describe('ReceiveCapabilities', () => {
  it('examines equal declarations once, and each form of a producer once', () => {
    const { receive, match, narrow } = open();
    for (let peer = 0; peer < 30; peer += 1) {
      const matched = receive.match(structuredClone(router));
      for (let producer = 0; producer < 29; producer += 1)
        for (const index of [0, 1])
          expect(receive.narrow(consumable(index), matched)?.codecs?.length).toBeGreaterThan(0);
    }
    expect(match).toHaveBeenCalledTimes(1);
    expect(narrow).toHaveBeenCalledTimes(2);
  });

  it('examines other declarations and other forms on their own', () => {
    const { receive, match, narrow } = open();
    const audio = { ...router, codecs: router.codecs?.filter(({ kind }) => kind === 'audio') } as RtpCapabilities;
    const [all, onlyAudio] = [receive.match(router), receive.match(audio)];
    const video = consumable((router.codecs ?? []).findIndex(({ mimeType }) => mimeType === 'video/VP8'));
    expect(receive.narrow(video, all)?.codecs?.map(({ mimeType }) => mimeType)).toEqual(['video/VP8']);
    expect(receive.narrow(video, onlyAudio)).toBeUndefined();
    expect(receive.narrow(video, onlyAudio)).toBeUndefined();
    receive.narrow(consumable(0, { stereo: 1 }), all);
    receive.narrow(consumable(0, { stereo: 0 }), all);
    expect(match).toHaveBeenCalledTimes(2);
    expect(narrow).toHaveBeenCalledTimes(4);
  });

  it('forgets the oldest of many declarations, and remembers none that is very long', () => {
    const { receive, match } = open();
    const declare = (channels: number): RtpCapabilities => ({
      codecs: [{ kind: 'audio', mimeType: 'audio/opus', clockRate: 48_000, channels, preferredPayloadType: 100 }],
    });
    for (let channels = 1; channels <= 65; channels += 1) receive.match(declare(channels));
    receive.match(declare(65));
    expect(match).toHaveBeenCalledTimes(65);
    receive.match(declare(1));
    expect(match).toHaveBeenCalledTimes(66);

    const long = { codecs: Array.from({ length: 300 }, () => router.codecs ?? []).flat() };
    receive.match(long);
    receive.match(long);
    expect(match).toHaveBeenCalledTimes(68);
  });

  it('examines a declaration that was refused again', () => {
    const { receive, match } = open();
    const impossible = { codecs: [{ ...router.codecs?.[0], parameters: { a: {} } }] } as unknown as RtpCapabilities;
    expect(() => receive.match(impossible)).toThrow(TypeError);
    expect(() => receive.match(impossible)).toThrow(TypeError);
    expect(match).toHaveBeenCalledTimes(2);
  });

  it('returns results that no caller can change', () => {
    const { receive } = open();
    const matched = receive.match(router);
    for (const shared of [receive.router, matched, receive.narrow(consumable(0), matched)])
      expect(() => {
        Object.assign((shared as Required<RtpCapabilities>).codecs[0]!, { clockRate: 1 });
      }).toThrow(TypeError);
  });
});

describe('a room', () => {
  const world = useRegistry(useBackend());
  afterEach(() => {
    vi.restoreAllMocks();
  });

  /** Number of checks of capabilities while everyone of a room receives everyone. */
  async function checksIn(roomId: string, size: number): Promise<number> {
    const checks = vi.spyOn(ortc, 'canConsume');
    const members: RoomMember[] = [];
    for (let n = 0; n < size; n += 1) members.push(await world.enter(`peer${String(n)}`, { roomId }));
    for (const member of members) await sendAudio(member);
    await world.registry.get(roomId)?.whenOffersMade();
    for (const { peer } of members) expect(peer.receiving.consumers.size).toBe(size - 1);
    const count = checks.mock.calls.length;
    checks.mockRestore();
    return count;
  }

  it('checks capabilities no more often with 30 peers than with 3', async () => {
    const few = await checksIn('first', 3);
    expect(few).toBeGreaterThan(0);
    expect(await checksIn('second', 30)).toBeLessThanOrEqual(few);
  });
});
