import { readFileSync, readdirSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { type Sample, problemsIn } from '@tureen/testkit/markdown/samples';

const src = new URL('./', import.meta.url);

/** Imports of an example. Editors show examples without imports. */
const imports = [
  `import { Room, ProtooTransport, CallbackTransport, SocketIoTransport, captureCamera, encodingsFor } from '@tureen/client';`,
  `import { type ReconnectPolicy, defaultReconnectPolicy, mediasoupV3, pushPull } from '@tureen/client';`,
  `import { deviceEngine, peerConnectionEngine } from '@tureen/client/ports';`,
].join(' ');

/** Names that examples use without declaring them. */
const given = `
  import type * as tureen from '@tureen/client';
  declare global {
    const room: tureen.Room;
    const consumer: tureen.Consumer;
    const video: HTMLVideoElement;
    const track: MediaStreamTrack;
    const deviceId: string;
    const connection: {
      request(method: string, data: unknown): Promise<unknown>;
      notify(method: string, data: unknown): void;
      onMessage: (method: string, data: unknown) => void;
      onClose: () => void;
    };
    function fetchToken(): Promise<string>;
    function io(url: string, options: object): tureen.SocketIoSocket;
  }
`;

/** Returns the code blocks in the doc comments of a module. */
function examplesOf(path: string): Sample[] {
  const text = readFileSync(new URL(path, src), 'utf8');
  return [...text.matchAll(/^ *\* ```ts\n([^]*?)^ *\* ```$/gm)].map((match) => ({
    where: `${path}:${text.slice(0, match.index).split('\n').length}`,
    code: `${imports} ${(match[1] ?? '').replace(/^ *\* ?/gm, '')}`,
    extension: 'ts',
    folder: 'packages/client',
  }));
}

describe('doc comments', () => {
  it('have examples that compile', { timeout: 60_000 }, () => {
    const modules = readdirSync(src, { recursive: true, encoding: 'utf8' }).filter((path) =>
      /(?<!\.test)\.ts$/.test(path),
    );
    const examples = modules.flatMap(examplesOf);

    expect(examples.length).toBeGreaterThan(15);
    expect(problemsIn(examples, [given])).toEqual([]);
  });
});
