export function findForeignCrds(names: ('prometheus-operator' | 'keda')[]): { files: string[] } | { reason: string };
