import { describe, expect, it } from 'vitest';
import { streamIdOf } from './streamIdOf.ts';

describe('streamIdOf', () => {
  it.each([
    ['microphone', 'alice-main'],
    ['camera', 'alice-main'],
    ['unknown', 'alice-main'],
    ['screen', 'alice-screen'],
    ['screenAudio', 'alice-screen'],
  ])('puts the source %s into the stream %s', (source, streamId) => {
    expect(streamIdOf({ peerId: 'alice', source })).toBe(streamId);
  });
});
