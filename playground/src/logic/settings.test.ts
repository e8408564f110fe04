import { describe, expect, it } from 'vitest';
import { readSettings, writeSettings } from './settings.ts';

function storageWith(text: string | null) {
  let stored = text;
  return {
    getItem: () => stored,
    setItem: (_: string, value: string) => {
      stored = value;
    },
  };
}

const blocked = {
  getItem: (): string | null => {
    throw new Error('blocked');
  },
  setItem: () => {
    throw new Error('blocked');
  },
};

const defaults = { name: '', theme: 'system', cameraId: '', microphoneId: '', speakerId: '', dialect: 'mediasoup-v3' };

describe('settings', () => {
  it('changes one setting without the others', () => {
    const storage = storageWith(null);
    writeSettings({ name: 'Ada' }, storage);
    writeSettings({ theme: 'dark' }, storage);
    expect(readSettings(storage)).toEqual({ ...defaults, name: 'Ada', theme: 'dark' });
  });

  it.each(['not json', '7', 'null', '[]', '{"name":7,"theme":"pink","dialect":"klingon"}'])(
    'returns the defaults if %j is stored',
    (text) => {
      expect(readSettings(storageWith(text))).toEqual(defaults);
    },
  );

  it('returns the defaults and does not throw where storage is blocked', () => {
    expect(readSettings(blocked)).toEqual(defaults);
    expect(() => {
      writeSettings({ name: 'Ada' }, blocked);
    }).not.toThrow();
  });
});
