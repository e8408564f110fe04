/** Detects the browser; `unknown` outside one. */
export interface DetectedDevice {
  /** Short machine name: `chrome`, `firefox`, `safari`, `edge`, `unknown`. */
  readonly flag: string;
  readonly name: string;
  readonly version: string;
}

// Edge and Opera call themselves Chrome too, and all of them Safari: the most particular name first.
const browsers = [
  { name: 'Edge', pattern: /Edg(?:e|A|iOS)?\/([\d.]+)/ },
  { name: 'Opera', pattern: /OPR\/([\d.]+)/ },
  { name: 'Firefox', pattern: /(?:Firefox|FxiOS)\/([\d.]+)/ },
  { name: 'Chrome', pattern: /(?:Chrome|CriOS|Chromium)\/([\d.]+)/ },
  { name: 'Safari', pattern: /Version\/([\d.]+).*Safari/ },
] as const;

/** Reads the user agent. Nothing is sent that the server does not see in the HTTP headers anyway. */
export function detectDevice(userAgent = typeof navigator === 'undefined' ? '' : navigator.userAgent): DetectedDevice {
  for (const { name, pattern } of browsers) {
    const version = pattern.exec(userAgent)?.[1];
    if (version !== undefined) return { flag: name.toLowerCase(), name, version };
  }
  return { flag: 'unknown', name: 'unknown', version: '' };
}
