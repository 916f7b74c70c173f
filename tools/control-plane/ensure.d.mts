export type FoundControlPlane = { folder: string } | { reason: string };
export function findControlPlane(env?: NodeJS.ProcessEnv): FoundControlPlane;
export function ensureControlPlane(env?: NodeJS.ProcessEnv): FoundControlPlane;
