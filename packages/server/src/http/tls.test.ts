import { X509Certificate } from 'node:crypto';
import { createServer, request } from 'node:https';
import { once } from 'node:events';
import type { IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { describe, expect, it } from 'vitest';
import { readTlsPair, selfSignedPair } from './tls.ts';

describe('a self-signed certificate', () => {
  it('has the names and addresses of the machine, and is valid for a month', async () => {
    const { cert } = await selfSignedPair(['localhost', '127.0.0.1', '::1', '192.0.2.7']);
    const certificate = new X509Certificate(cert);
    expect(certificate.checkHost('localhost')).toBe('localhost');
    expect(certificate.checkIP('192.0.2.7')).toBe('192.0.2.7');
    expect(certificate.checkIP('::1')).toBe('::1');
    const days = (Date.parse(certificate.validTo) - Date.now()) / 86_400_000;
    expect(days).toBeGreaterThan(29);
    expect(days).toBeLessThan(31);
  });

  it('is accepted by a client that trusts the certificate', async () => {
    const pair = await selfSignedPair(['localhost', '127.0.0.1']);
    const server = createServer(pair, (_request, response) => response.end('hello')).listen(0, '127.0.0.1');
    await once(server, 'listening');
    const { port } = server.address() as AddressInfo;
    const asked = request({ host: '127.0.0.1', port, ca: pair.cert, agent: false }).end();
    const [response] = (await once(asked, 'response')) as [IncomingMessage];
    expect(response.statusCode).toBe(200);
    response.resume();
    await once(response, 'end');
    server.close();
  });
});

describe('a certificate from files', () => {
  it('is refused with the path that cannot be read', async () => {
    await expect(readTlsPair('/nowhere/cert.pem', '/nowhere/key.pem')).rejects.toThrow('/nowhere/');
  });
});
