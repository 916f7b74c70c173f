import { availableParallelism } from 'node:os';
import { swcOptions, tsxOptions } from './tools/swc-options.mjs';

export default {
  testEnvironment: 'node',
  maxWorkers: Math.min(4, availableParallelism()), // each test file has processes and connections of its own; more of them at once take longer
  testTimeout: 60_000, // whole servers start in some tests
  roots: ['<rootDir>/apps', '<rootDir>/libs', '<rootDir>/test'],
  testMatch: ['**/*.test.ts'],
  testPathIgnorePatterns: ['/node_modules/', '/dist/'],
  modulePathIgnorePatterns: ['/dist/'],
  testSequencer: '<rootDir>/test/sequencer.mjs',
  globalSetup: '<rootDir>/test/global-setup.mjs',
  globalTeardown: '<rootDir>/test/global-teardown.mjs',
  extensionsToTreatAsEsm: ['.ts', '.tsx'],
  transform: { '^.+\\.ts$': ['@swc/jest', swcOptions], '^.+\\.tsx$': ['@swc/jest', tsxOptions] },
  moduleNameMapper: {
    '^@scaiwave/core/resources$': '<rootDir>/libs/core/src/resources.ts',
    '^@scaiwave/protocol/node$': '<rootDir>/libs/protocol/src/node.ts',
    '^@scaiwave/testing/(database|redis|scripted-apiserver|until)$': '<rootDir>/libs/testing/src/$1.ts',
    '^@scaiwave/(protocol|config|telemetry|database|redis|core|testing)$': '<rootDir>/libs/$1/src/index.ts',
    '^(\\.{1,2}/.*)\\.js$': '$1',
  },
};
