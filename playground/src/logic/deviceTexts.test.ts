import { describe, expect, it } from 'vitest';
import { deviceNews, deviceTrouble } from './deviceTexts.ts';

const well = { source: 'microphone', loss: null, paused: false, muted: false } as const;

describe('deviceTrouble', () => {
  it('is none while the device gives something, or is paused by the user', () => {
    expect(deviceTrouble(well)).toBeNull();
    expect(deviceTrouble({ ...well, muted: true, paused: true })).toBeNull();
  });

  it('says what is wrong, and of what', () => {
    expect(deviceTrouble({ ...well, muted: true })).toContain('no sound');
    expect(deviceTrouble({ ...well, source: 'camera', muted: true })).toContain('no picture');
    expect(deviceTrouble({ ...well, source: 'camera', loss: 'deviceLost', paused: true })).toContain('camera is gone');
    expect(deviceTrouble({ ...well, loss: 'permissionDenied', paused: true })).toContain('blocked');
  });
});

describe('deviceNews', () => {
  it('names the device that took the place of another', () => {
    expect(deviceNews('camera', 'USB', 'deviceLost')).toBe('Your camera is now “USB”');
    expect(deviceNews('microphone', '', 'defaultChanged')).toBe('Your microphone is now another one');
    expect(deviceNews('microphone', 'USB', 'muted')).toBe('Your microphone was started again');
  });

  it('has nothing to say of what one chose oneself', () => {
    expect(deviceNews('camera', 'USB', 'local')).toBeNull();
  });
});
