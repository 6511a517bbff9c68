// Jest runs ES modules as they are (see docs/decisions/0002); swc turns TypeScript into them, and
// types are checked by `npm run check`. Imports carry their real `.ts` ending, so no mapping is needed.
const typescript = {
  '^.+\\.ts$': [
    '@swc/jest',
    {
      module: { type: 'es6' },
      jsc: {
        target: 'es2023',
        parser: { syntax: 'typescript', decorators: true },
        transform: { legacyDecorator: true, decoratorMetadata: true },
      },
    },
  ],
};

const shared = {
  testEnvironment: '<rootDir>/tools/test/plain-environment.ts',
  extensionsToTreatAsEsm: ['.ts'],
  transform: typescript,
};

export default {
  // A bound for what hangs, wide enough for a machine that does something else as well: no test asserts how fast it is.
  testTimeout: 120_000,
  // By default one core is left for the parent, which only waits.
  maxWorkers: '100%',
  testSequencer: '<rootDir>/tools/test/longest-first.ts',
  projects: [
    {
      ...shared,
      displayName: 'unit',
      roots: [
        '<rootDir>/src',
        '<rootDir>/dashboard/src',
        '<rootDir>/docs-site/src',
        '<rootDir>/tools',
        '<rootDir>/examples',
        '<rootDir>/test/repository',
        '<rootDir>/test/conformance',
      ],
      testPathIgnorePatterns: ['/node_modules/', '<rootDir>/test/conformance/cluster/'],
    },
    {
      ...shared,
      displayName: 'integration',
      roots: ['<rootDir>/test/integration', '<rootDir>/test/conformance/cluster'],
    },
    {
      ...shared,
      displayName: 'browser',
      roots: ['<rootDir>/test/browser'],
    },
    {
      ...shared,
      displayName: 'evidence',
      roots: ['<rootDir>/test/evidence'],
    },
  ],
};
