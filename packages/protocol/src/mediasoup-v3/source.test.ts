import { describe, expect, it } from 'vitest';
import { readSource, writeChannel, writeSource } from './source.ts';

const kinds = ['audio', 'video'] as const;
const variants = ['classic', 'notify'] as const;
const sources = ['camera', 'microphone', 'screen', 'screenAudio', 'whiteboard', 'unknown'];

describe('Sources', () => {
  const cases = variants.flatMap((variant) =>
    kinds.flatMap((kind) => sources.map((source) => ({ variant, kind, source }))),
  );
  it.each(cases)('keep $source of $kind through the $variant variant', ({ variant, kind, source }) => {
    const written = writeSource({ source, team: 'blue' }, kind, variant);
    expect(readSource(written, kind)).toBe(source);
    expect(readSource(written, kind, true)).toBe(source);
    expect(written).toMatchObject({ team: 'blue' });
  });

  it('are written as the demos read them', () => {
    const write = (variant: 'classic' | 'notify') =>
      (
        [
          ['microphone', 'audio'],
          ['camera', 'video'],
          ['screen', 'video'],
          ['screenAudio', 'audio'],
        ] as const
      ).map(([source, kind]) => writeSource({ source }, kind, variant));
    expect(write('classic')).toEqual([
      { source: 'microphone' },
      { source: 'camera' },
      { source: 'screen', share: true },
      { source: 'screenAudio', share: true },
    ]);
    expect(write('notify')).toEqual([
      { source: 'audio' },
      { source: 'video' },
      { source: 'screensharing' },
      { source: 'screensharing' },
    ]);
  });

  it('keep `share` in appData if the app sets it', () => {
    expect(writeSource({ source: 'screen', share: 'later' }, 'video', 'classic')).toEqual({
      source: 'screen',
      share: 'later',
    });
  });
});

describe('readSource by kind', () => {
  it.each([
    [{}, 'audio', 'microphone'],
    [{}, 'video', 'camera'],
    [{ peerId: 'bob' }, 'video', 'camera'],
    [{ source: null }, 'video', 'camera'],
    [{ share: true }, 'audio', 'screenAudio'],
    [{ share: true }, 'video', 'screen'],
    [{ share: false }, 'video', 'unknown'],
    [{ source: 5 }, 'video', 'unknown'],
    [{ source: '' }, 'audio', 'unknown'],
    [{ source: 'unknown' }, 'audio', 'unknown'],
    [{ source: 'whiteboard' }, 'video', 'whiteboard'],
  ] as const)('reads %j of %s as %s', (appData, kind, source) => {
    expect(readSource(appData, kind, true)).toBe(source);
  });
});

describe('writeChannel', () => {
  it.each([
    [{}, 'notify', { channel: 'chat' }],
    [{ info: 'x' }, 'notify', { info: 'x', channel: 'chat' }],
    [{ channel: 'bot' }, 'notify', { channel: 'bot' }],
    [{ channel: '' }, 'notify', { channel: '' }],
    [{ channel: null }, 'notify', { channel: 'chat' }],
    [{ channel: undefined }, 'notify', { channel: 'chat' }],
    [{}, 'classic', {}],
  ] as const)('writes %j in %s as %j', (appData, variant, expected) => {
    expect(writeChannel(appData, 'chat', variant)).toEqual(expected);
  });
});
