// How TypeScript becomes JavaScript in tests: the same as tsconfig.base.json asks of tsc.
export const swcOptions = {
  jsc: { parser: { syntax: 'typescript', tsx: false, decorators: true }, transform: { legacyDecorator: true, decoratorMetadata: true }, target: 'es2023', keepClassNames: true },
  module: { type: 'es6' },
  sourceMaps: 'inline',
};

/** The same for components, as the tests of what they render load them. */
export const tsxOptions = { ...swcOptions, jsc: { ...swcOptions.jsc, parser: { ...swcOptions.jsc.parser, tsx: true }, transform: { react: { runtime: 'automatic' } } } };
