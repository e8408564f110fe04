import { describe, expect, it } from 'vitest';
import { productionPackages } from './appFolder.mjs';

describe('productionPackages', () => {
  it('lists nested packages too, without those for development', () => {
    const packages = {
      'node_modules/@tureen/client': { version: '0.1.0' },
      'node_modules/a/node_modules/b': { version: '2.0.0' },
      'node_modules/vite': { version: '8.0.0', dev: true },
    };
    expect(productionPackages({ packages })).toEqual(['@tureen/client@0.1.0', 'b@2.0.0']);
  });
});
