/** Browser of the page; `unknown` outside a browser. */
export interface DetectedDevice {
  /** Short machine name: `chrome`, `edge`, `firefox`, `opera`, `safari` or `unknown`. */
  readonly flag: string;
  readonly name: string;
  readonly version: string;
}

// Edge and Opera also claim to be Chrome, and all of them claim to be Safari: the most specific name first.
const browsers = [
  { name: 'Edge', pattern: /Edg(?:e|A|iOS)?\/([\d.]+)/ },
  { name: 'Opera', pattern: /OPR\/([\d.]+)/ },
  { name: 'Firefox', pattern: /(?:Firefox|FxiOS)\/([\d.]+)/ },
  { name: 'Chrome', pattern: /(?:Chrome|CriOS|Chromium)\/([\d.]+)/ },
  { name: 'Safari', pattern: /Version\/([\d.]+).*Safari/ },
] as const;

/** Reads the user agent, which the server sees in the HTTP headers anyway. */
export function detectDevice(userAgent = typeof navigator === 'undefined' ? '' : navigator.userAgent): DetectedDevice {
  for (const { name, pattern } of browsers) {
    const version = pattern.exec(userAgent)?.[1];
    if (version !== undefined) return { flag: name.toLowerCase(), name, version };
  }
  return { flag: 'unknown', name: 'unknown', version: '' };
}
