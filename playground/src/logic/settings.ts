import { type DialectName, defaultDialect, isDialectName } from './dialects.ts';

export type Theme = 'system' | 'light' | 'dark';

/** What is remembered between visits. */
export interface Settings {
  readonly name: string;
  readonly theme: Theme;
  readonly cameraId: string;
  readonly microphoneId: string;
  readonly speakerId: string;
  readonly dialect: DialectName;
}

// The first paint in index.html reads the theme under this name too.
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

/** Storage is full, blocked, or holds what somebody else wrote: then the page works and forgets. */
export function readSettings(storage = browserStorage()): Settings {
  try {
    const stored: unknown = JSON.parse(storage?.getItem(storageKey) ?? '{}');
    return typeof stored === 'object' && stored !== null ? sanitise(stored) : defaults;
  } catch {
    return defaults;
  }
}

export function writeSettings(change: Partial<Settings>, storage = browserStorage()): void {
  try {
    storage?.setItem(storageKey, JSON.stringify({ ...readSettings(storage), ...change }));
  } catch {
    // Nothing that a meeting depends on.
  }
}

function sanitise(stored: Partial<Record<keyof Settings, unknown>>): Settings {
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

/** Reading the property already throws where storage is blocked. */
function browserStorage(): Pick<Storage, 'getItem' | 'setItem'> | null {
  try {
    return globalThis.localStorage;
  } catch {
    return null;
  }
}
