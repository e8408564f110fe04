import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { describe, expect, it } from 'vitest';

const program = `
  import { startServer } from '@tureen/server';
  const server = await startServer({ port: 0, workers: 1, logLevel: 'silent' });
  const client = new WebSocket(server.url.replace('http', 'ws') + '/?roomId=r&peerId=p');
  await new Promise((resolve) => (client.onopen = resolve));
  client.send('{"request":true,"id":1,"method":"getRouterRtpCapabilities","data":{}}');
  await new Promise((resolve) => (client.onmessage = resolve));
  await server.close();
  console.log('closed');
`;

describe('a program that starts and closes a server', () => {
  it('exits without a call: the server keeps nothing open', async () => {
    const args = ['--conditions=tureen-source', '--input-type=module', '--eval', program];
    const child = spawn(process.execPath, args, { cwd: import.meta.dirname, stdio: ['ignore', 'pipe', 'inherit'] });
    let stdout = '';
    child.stdout.on('data', (chunk: Buffer) => (stdout += chunk.toString()));
    expect(await once(child, 'close')).toEqual([0, null]);
    expect(stdout).toBe('closed\n');
  });
});
