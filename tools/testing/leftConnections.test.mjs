import { expect, it } from 'vitest';
import { LeftConnections } from './leftConnections.mjs';

it('accepts files that connect to servers of their own, however often', () => {
  const connections = new LeftConnections();
  connections.handleOpen('ws://127.0.0.1:1/', 'a.test.ts');
  connections.handleOpen('ws://127.0.0.1:1/', 'a.test.ts');
  connections.handleOpen('ws://127.0.0.1:2/', 'b.test.ts');
  expect(() => {
    connections.assertNone();
  }).not.toThrow();
});

it('names the file whose room connects while another file runs, once', () => {
  const connections = new LeftConnections();
  connections.handleOpen('ws://127.0.0.1:1/', 'a.test.ts');
  connections.handleOpen('ws://127.0.0.1:1/', 'b.test.ts');
  const check = () => {
    connections.assertNone();
  };
  expect(check).toThrow('a.test.ts: ws://127.0.0.1:1/');
  expect(check).not.toThrow();
});
