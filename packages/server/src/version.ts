import { readFileSync } from 'node:fs';

/** Version of this package, from its package.json, which is one folder above both the source and the build. */
export const version: string = readVersion();

function readVersion(): string {
  const text = readFileSync(new URL('../package.json', import.meta.url), 'utf8');
  return (JSON.parse(text) as { version: string }).version;
}
