import { describe, expect, it } from 'vitest';
import { deviceChangeText, deviceTrouble } from './deviceTexts.ts';

const well = { source: 'microphone', loss: null, paused: false, muted: false } as const;

describe('deviceTrouble', () => {
  it('returns null while the device works or the user has paused it', () => {
    expect(deviceTrouble(well)).toBeNull();
    expect(deviceTrouble({ ...well, muted: true, paused: true })).toBeNull();
  });

  it('names the device and its problem', () => {
    expect(deviceTrouble({ ...well, muted: true })).toContain('no sound');
    expect(deviceTrouble({ ...well, source: 'camera', muted: true })).toContain('no picture');
    expect(deviceTrouble({ ...well, source: 'camera', loss: 'deviceLost', paused: true })).toContain(
      'camera was unplugged',
    );
    expect(deviceTrouble({ ...well, loss: 'permissionDenied', paused: true })).toContain('blocked');
  });
});

describe('deviceChangeText', () => {
  it('names the device that replaced another', () => {
    expect(deviceChangeText('camera', 'USB', 'deviceLost')).toBe('Your camera is now “USB”');
    expect(deviceChangeText('microphone', '', 'defaultChanged')).toBe('Your microphone is now a different device');
    expect(deviceChangeText('microphone', 'USB', 'muted')).toBe('Your microphone was restarted');
  });

  it('returns null for a device that the user chose', () => {
    expect(deviceChangeText('camera', 'USB', 'local')).toBeNull();
  });
});
