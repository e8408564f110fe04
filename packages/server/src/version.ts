import { readFileSync } from 'node:fs';

/** Of this package. Read from its package.json, which lies one folder up from the source and from the build alike. */
export const version: string = readVersion();

function readVersion(): string {
  const text = readFileSync(new URL('../package.json', import.meta.url), 'utf8');
  return (JSON.parse(text) as { version: string }).version;
}
