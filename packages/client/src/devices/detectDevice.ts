/** What the browser says of itself; `unknown` outside one. */
export interface DetectedDevice {
  /** Short machine name: `chrome`, `firefox`, `safari`, `edge`, `unknown`. */
  readonly flag: string;
  readonly name: string;
  readonly version: string;
}

// Edge and Opera call themselves Chrome too, and all of them Safari: the most particular name first.
const browsers = [
  { flag: 'edge', name: 'Edge', pattern: /Edg(?:e|A|iOS)?\/([\d.]+)/ },
  { flag: 'opera', name: 'Opera', pattern: /OPR\/([\d.]+)/ },
  { flag: 'firefox', name: 'Firefox', pattern: /(?:Firefox|FxiOS)\/([\d.]+)/ },
  { flag: 'chrome', name: 'Chrome', pattern: /(?:Chrome|CriOS|Chromium)\/([\d.]+)/ },
  { flag: 'safari', name: 'Safari', pattern: /Version\/([\d.]+).*Safari/ },
] as const;

/** Reads the user agent. Nothing is sent that the server does not see in the HTTP headers anyway. */
export function detectDevice(userAgent = typeof navigator === 'undefined' ? '' : navigator.userAgent): DetectedDevice {
  for (const { flag, name, pattern } of browsers) {
    const version = pattern.exec(userAgent)?.[1];
    if (version !== undefined) return { flag, name, version };
  }
  return { flag: 'unknown', name: 'unknown', version: '' };
}
