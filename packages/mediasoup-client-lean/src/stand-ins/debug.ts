type Log = ((...args: unknown[]) => void) & { log?: unknown; enabled: boolean };

/** Replaces the `debug` package: a log that is always disabled. */
const debug = (_namespace: string): Log => Object.assign(() => {}, { enabled: false });

// CommonJS reads `require('debug')` itself or its `default`.
export { debug as default, debug as 'module.exports' };
