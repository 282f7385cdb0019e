const project = (name, testMatch) => ({
  displayName: name,
  testMatch,
  testEnvironment: 'node',
  extensionsToTreatAsEsm: ['.ts'],
  transform: {
    '^.+\\.ts$': [
      '@swc/jest',
      { jsc: { target: 'es2023', parser: { syntax: 'typescript' } }, module: { type: 'es6' } },
    ],
  },
});

/** `npm test` runs all but e2e; `npm run test:e2e` starts the local cloud. */
export default {
  projects: [
    project('core', ['<rootDir>/test/core/**/*.test.ts', '<rootDir>/test/scenarios/**/*.test.ts']),
    project('functions', ['<rootDir>/test/functions/**/*.test.ts', '<rootDir>/test/adapters/**/*.test.ts']),
    project('cli', ['<rootDir>/test/cli/**/*.test.ts']),
    project('cdk', ['<rootDir>/test/cdk/**/*.test.ts']),
    project('contract', ['<rootDir>/test/contract/**/*.test.ts']),
    project('evaluation', ['<rootDir>/test/evaluation/**/*.test.ts']),
    project('corpus', ['<rootDir>/test/corpus/**/*.test.ts']),
    project('browser', ['<rootDir>/test/browser/**/*.test.ts']),
    project('e2e', ['<rootDir>/test/e2e/**/*.test.ts']),
  ],
  // Jest leaves one core to others, which of two is half.
  maxWorkers: '100%',
  collectCoverageFrom: ['functions/core/**/*.ts'],
  coverageThreshold: { 'functions/core/': { statements: 98 } },
};
