import { defineConfig } from 'tsdown';

export default defineConfig({
  entry: ['src/index.ts', 'src/cli.ts'],
  format: 'esm',
  platform: 'node',
  target: 'node22',
  // One file per module: what a stack trace names can be found in the source.
  unbundle: true,
  fixedExtension: false,
  dts: { eager: true, sourcemap: true },
  sourcemap: true,
  clean: true,
});
