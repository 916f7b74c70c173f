// How TypeScript becomes JavaScript in tests: the same as tsconfig.base.json asks of tsc.
export const swcOptions = {
  jsc: { parser: { syntax: 'typescript', tsx: false, decorators: true }, transform: { legacyDecorator: true, decoratorMetadata: true }, target: 'es2023', keepClassNames: true },
  module: { type: 'es6' },
  sourceMaps: 'inline',
};
