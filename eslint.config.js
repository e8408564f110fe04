import eslint from '@eslint/js';
import prettier from 'eslint-config-prettier';
import tseslint from 'typescript-eslint';
import { assertionInTest } from './tools/testing/assertionRule.mjs';
import { noFixedWaits, noFlushInTests, noTurnsAsWaits } from './tools/testing/waitRules.mjs';

export default tseslint.config(
  {
    ignores: [
      '**/dist/',
      '**/node_modules/',
      '.toolchain/',
      'coverage/',
      'test-results/',
      'playwright-report/',
      // Apps outside of the workspace, which install the packages from tarballs.
      'tools/packing/apps/',
      // Apps on other packages, which `npm run compare` bundles.
      'tools/bench/compare/samples/',
    ],
  },
  { linterOptions: { reportUnusedDisableDirectives: 'error' } },
  eslint.configs.recommended,
  {
    files: ['**/*.ts'],
    extends: [tseslint.configs.recommendedTypeChecked, tseslint.configs.stylisticTypeChecked],
    languageOptions: { parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname } },
    rules: {
      '@typescript-eslint/consistent-type-imports': 'error',
      '@typescript-eslint/consistent-type-definitions': 'off',
      '@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_', varsIgnorePattern: '^_' }],
      '@typescript-eslint/prefer-promise-reject-errors': 'error',
      '@typescript-eslint/switch-exhaustiveness-check': ['error', { considerDefaultExhaustiveForUnions: true }],
      '@typescript-eslint/require-await': 'off',
      '@typescript-eslint/no-empty-function': 'off',
      'no-restricted-syntax': [
        'error',
        ...noFixedWaits,
        { selector: 'ExportDefaultDeclaration', message: 'Named exports only.' },
      ],
    },
  },
  {
    files: ['packages/*/src/**/*.ts'],
    rules: { 'no-console': 'error' },
  },
  {
    files: ['**/*.config.ts'],
    rules: { 'no-restricted-syntax': ['error', ...noFixedWaits] },
  },
  {
    files: ['**/*.test.ts', 'e2e/**/*.ts'],
    rules: {
      '@typescript-eslint/unbound-method': 'off',
      '@typescript-eslint/no-non-null-assertion': 'off',
      // vitest's asymmetric matchers are `any`.
      '@typescript-eslint/no-unsafe-assignment': 'off',
    },
  },
  {
    files: ['**/*.test.ts', '**/*.test.mjs'],
    plugins: { tureen: { rules: { 'assertion-in-test': assertionInTest } } },
    rules: { 'tureen/assertion-in-test': 'error' },
  },
  {
    files: ['**/*.test.ts', 'packages/testkit/src/**/*.ts', 'tools/fuzz/**/*.ts'],
    ignores: ['packages/testkit/src/flushMicrotasks.ts'],
    rules: {
      'no-restricted-syntax': [
        'error',
        ...noFixedWaits,
        ...noTurnsAsWaits,
        { selector: 'ExportDefaultDeclaration', message: 'Named exports only.' },
      ],
    },
  },
  {
    files: ['**/*.test.ts'],
    rules: {
      'no-restricted-syntax': [
        'error',
        ...noFixedWaits,
        ...noTurnsAsWaits,
        ...noFlushInTests,
        { selector: 'ExportDefaultDeclaration', message: 'Named exports only.' },
      ],
    },
  },
  {
    files: ['**/*.test.mjs'],
    rules: { 'no-restricted-syntax': ['error', ...noFixedWaits, ...noTurnsAsWaits, ...noFlushInTests] },
  },
  {
    files: ['**/*.{js,mjs,cjs}'],
    languageOptions: {
      globals: {
        process: 'readonly',
        console: 'readonly',
        URL: 'readonly',
        setTimeout: 'readonly',
        clearTimeout: 'readonly',
        AbortController: 'readonly',
        AbortSignal: 'readonly',
        fetch: 'readonly',
        Buffer: 'readonly',
        performance: 'readonly',
      },
    },
  },
  prettier,
);
