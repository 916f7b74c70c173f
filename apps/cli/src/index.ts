/**
 * The pieces of `scaiwave` that tests start by themselves: the development login provider and whole installations.
 * Not for: other apps; nothing of the product imports this.
 * Read first: program.ts.
 */
export { DevProvider, type DevAccount, type DevProviderOptions } from './demo/dev-provider.js';
export { Installation, type InstallationOptions } from './up/installation.js';
export { StartProblem } from './start-problem.js';
