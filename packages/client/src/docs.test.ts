import { existsSync, readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { codeBlocksOf, codeIn, fileOf, headingsOf, linksOf, pageOf, rowsOf } from '@tureen/testkit/markdown/markdown';
import { pagesOfRepository } from '@tureen/testkit/markdown/pages';
import { type Sample, problemsIn } from '@tureen/testkit/markdown/samples';

const pages = pagesOfRepository();

/** The package in whose folder the samples of a page compile. */
function packageOf(path: string): string {
  if (/^(docs|packages)\/server\b/.test(path)) return 'packages/server';
  if (path.startsWith('packages/protocol/')) return 'packages/protocol';
  return 'packages/client';
}

/** Names that samples use without declaring them: a joined room, some of its entities, and helpers of the app. */
const given = `
  import type * as tureen from '@tureen/client';
  declare global {
    const Tureen: typeof tureen;
    const room: tureen.Room;
    const camera: tureen.Producer;
    const microphone: tureen.Producer;
    const consumer: tureen.Consumer;
    const video: HTMLVideoElement;
    const button: HTMLButtonElement;
    const track: MediaStreamTrack;
    function showHelp(text: string): void;
    function offerToTryAgain(): void;
    function showMessage(from: string, text: string): void;
    function fetchToken(): Promise<string>;
  }
`;

/** As much of React as the samples use, so that they are checked without React as a dependency. */
const react = `
  declare module 'react' {
    export function useEffect(effect: () => void | (() => void), dependencies: readonly unknown[]): void;
    export function useState<T>(initial: T | (() => T)): [T, (next: T) => void];
    export interface RefObject<T> { current: T }
    export function useRef<T>(initial: T | null): RefObject<T | null>;
    export function useSyncExternalStore<T>(
      subscribe: (onChange: () => void) => () => void,
      snapshot: () => T,
      serverSnapshot?: () => T,
    ): T;
  }
  declare namespace JSX {
    type Element = object;
    interface IntrinsicElements { [name: string]: Readonly<Record<string, unknown>> }
    interface IntrinsicAttributes { key?: string }
  }
`;

const scriptOf = (html: string) => /<script type="module">\n([^]*?)<\/script>/.exec(html)?.[1] ?? '';

function samplesOf(path: string): Sample[] {
  const page = pageOf(path);
  const blocks = (['ts', 'tsx', 'html'] as const).flatMap((language) =>
    codeBlocksOf(page, language).map((block) => ({ ...block, language })),
  );
  return blocks.map(({ line, code, language }) => ({
    where: `${path}:${line}`,
    code: language === 'html' ? scriptOf(code) : code,
    extension: language === 'tsx' ? 'tsx' : 'ts',
    folder: packageOf(path),
  }));
}

test('every sample of the documentation compiles', { timeout: 60_000 }, () => {
  const samples = pages.flatMap(samplesOf);

  expect(samples.length).toBeGreaterThan(20);
  expect(problemsIn(samples, [given, react])).toEqual([]);
});

test.each(pages)('every link in %s has a target', (path) => {
  const broken = linksOf(pageOf(path)).filter((link) => {
    const [file = '', anchor] = link.split('#');
    const target = file === '' ? path : new URL(file, `file:///${path}`).pathname.slice(1);
    if (!existsSync(fileOf(target))) return true;
    return anchor !== undefined && !headingsOf(pageOf(target)).includes(anchor);
  });

  expect(broken).toEqual([]);
});

test('docs/imports.md has a row for each rule of .dependency-cruiser.cjs', () => {
  const rules = [...readFileSync(fileOf('.dependency-cruiser.cjs'), 'utf8').matchAll(/^ {6}name: '([\w-]+)'/gm)];
  const rows = rowsOf(pageOf('docs/imports.md'));

  expect(rules.length).toBeGreaterThan(10);
  expect(rows.flatMap(([rule = '']) => codeIn(rule))).toEqual(rules.map(([, name]) => name));
});
