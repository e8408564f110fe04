import { readFile } from 'node:fs/promises';
import { isIP } from 'node:net';
import { generate } from 'selfsigned';

/** PEM texts of a certificate and its key. */
export interface TlsPair {
  readonly cert: string;
  readonly key: string;
}

/** Reads a certificate chain and its key. Rejects with the system's error, which names the path. */
export async function readTlsPair(certPath: string, keyPath: string): Promise<TlsPair> {
  const [cert, key] = await Promise.all([readFile(certPath, 'utf8'), readFile(keyPath, 'utf8')]);
  return { cert, key };
}

const DAY_MS = 86_400_000;

/** Creates a self-signed certificate for these names and addresses, valid for 30 days. Each start creates another. */
export async function selfSignedPair(names: readonly string[]): Promise<TlsPair> {
  const altNames = names.map((name) =>
    isIP(name) === 0 ? { type: 2 as const, value: name } : { type: 7 as const, ip: name },
  );
  const { cert, private: key } = await generate([{ name: 'commonName', value: 'Tureen on this machine' }], {
    keyType: 'ec',
    algorithm: 'sha256',
    // Starts a day earlier, for phones whose clock is slow.
    notBeforeDate: new Date(Date.now() - DAY_MS),
    notAfterDate: new Date(Date.now() + 30 * DAY_MS),
    extensions: [
      { name: 'basicConstraints', cA: false, critical: true },
      { name: 'keyUsage', digitalSignature: true, critical: true },
      { name: 'extKeyUsage', serverAuth: true },
      { name: 'subjectAltName', altNames },
    ],
  });
  return { cert, key };
}
