import { type DialectName, defaultDialect, isDialectName } from './dialects.ts';

export type Theme = 'system' | 'light' | 'dark';

/** Settings that the browser remembers between visits. */
export interface Settings {
  readonly name: string;
  readonly theme: Theme;
  readonly cameraId: string;
  readonly microphoneId: string;
  readonly speakerId: string;
  readonly dialect: DialectName;
}

// public/theme.js reads the theme under the same key.
const storageKey = 'tureen.playground';
const themes: readonly string[] = ['system', 'light', 'dark'] satisfies Theme[];

const defaults: Settings = {
  name: '',
  theme: 'system',
  cameraId: '',
  microphoneId: '',
  speakerId: '',
  dialect: defaultDialect,
};

/** Reads the settings. Uses the defaults where storage is blocked or holds unexpected data. */
export function readSettings(storage = browserStorage()): Settings {
  try {
    const stored: unknown = JSON.parse(storage?.getItem(storageKey) ?? '{}');
    return typeof stored === 'object' && stored !== null ? sanitize(stored) : defaults;
  } catch {
    return defaults;
  }
}

export function writeSettings(change: Partial<Settings>, storage = browserStorage()): void {
  try {
    storage?.setItem(storageKey, JSON.stringify({ ...readSettings(storage), ...change }));
  } catch {
    // Storage is full or blocked. The meeting does not depend on it.
  }
}

function sanitize(stored: Partial<Record<keyof Settings, unknown>>): Settings {
  const text = (value: unknown) => (typeof value === 'string' ? value : '');
  return {
    name: text(stored.name),
    theme: themes.includes(text(stored.theme)) ? (stored.theme as Theme) : 'system',
    cameraId: text(stored.cameraId),
    microphoneId: text(stored.microphoneId),
    speakerId: text(stored.speakerId),
    dialect: isDialectName(stored.dialect) ? stored.dialect : defaultDialect,
  };
}

/** Returns the storage, or null where it is blocked: reading the property throws there. */
function browserStorage(): Pick<Storage, 'getItem' | 'setItem'> | null {
  try {
    return globalThis.localStorage;
  } catch {
    return null;
  }
}
