import { existsSync, readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import {
  codeBlocksOf,
  codeIn,
  fileOf,
  headingsOf,
  linksOf,
  pageOf,
  rowsOf,
  sectionOf,
} from '@tureen/testkit/markdown/markdown';
import { type Sample, problemsIn } from '@tureen/testkit/markdown/samples';

/** Pages, with the package whose users read each. */
const pages = {
  'README.md': 'packages/client',
  'ARCHITECTURE.md': 'packages/client',
  'CONTRIBUTING.md': 'packages/client',
  'docs/guide.md': 'packages/client',
  'docs/dialects.md': 'packages/client',
  'docs/transports.md': 'packages/client',
  'docs/events.md': 'packages/client',
  'docs/errors.md': 'packages/client',
  'docs/codecs.md': 'packages/client',
  'docs/server.md': 'packages/server',
  'packages/client/README.md': 'packages/client',
  'packages/protocol/README.md': 'packages/protocol',
  'packages/server/README.md': 'packages/server',
  'tools/README.md': 'packages/client',
  'tools/bench/README.md': 'packages/client',
  'tools/mediasoup-worker/README.md': 'packages/client',
  'tools/mediasoup2-worker/README.md': 'packages/client',
};

/** Declarations that the samples assume: a joined room, some of its entities, and an app around them. */
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

/** The part of React that the samples use, so that the tests need no dependency on React. */
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

function samplesOf(path: string, folder: string): Sample[] {
  const page = pageOf(path);
  const blocks = (['ts', 'tsx', 'html'] as const).flatMap((language) =>
    codeBlocksOf(page, language).map((block) => ({ ...block, language })),
  );
  return blocks.map(({ line, code, language }) => ({
    where: `${path}:${line}`,
    code: language === 'html' ? scriptOf(code) : code,
    extension: language === 'tsx' ? 'tsx' : 'ts',
    folder,
  }));
}

describe('documentation', () => {
  test('compiles every sample of the documentation', { timeout: 60_000 }, () => {
    const samples = Object.entries(pages).flatMap(([path, folder]) => samplesOf(path, folder));

    expect(samples.length).toBeGreaterThan(20);
    expect(problemsIn(samples, [given, react])).toEqual([]);
  });

  test.each(Object.keys(pages))('follows every link in %s', (path) => {
    const leadsNowhere = linksOf(pageOf(path)).filter((link) => {
      const [file = '', anchor] = link.split('#');
      const target = file === '' ? path : new URL(file, `file:///${path}`).pathname.slice(1);
      if (!existsSync(fileOf(target))) return true;
      return anchor !== undefined && !headingsOf(pageOf(target)).includes(anchor);
    });

    expect(leadsNowhere).toEqual([]);
  });

  test('has a row in ARCHITECTURE.md for each import rule', () => {
    const rules = [...readFileSync(fileOf('.dependency-cruiser.cjs'), 'utf8').matchAll(/^ {6}name: '([\w-]+)'/gm)];
    const rows = rowsOf(sectionOf(pageOf('ARCHITECTURE.md'), 'Who may import whom'));

    expect(rules.length).toBeGreaterThan(10);
    expect(rows.flatMap(([rule = '']) => codeIn(rule))).toEqual(rules.map(([, name]) => name));
  });
});
