export { Explain } from './explain.js';
export type { Explanation, Fact } from './explanation.js';
