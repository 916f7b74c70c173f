import { Environment } from '@marcbachmann/cel-js';
import type { StructuralSchema } from './crd-schemas.js';

const environment = new Environment({ unlistedVariablesAreDyn: true });
type Rule = (context: Record<string, unknown>) => unknown;
const parsed = new Map<string, Rule>();

function compile(rule: string): Rule {
  let program = parsed.get(rule);
  if (!program) parsed.set(rule, (program = environment.parse(rule) as Rule));
  return program;
}

/** CEL counts whole numbers as int, JavaScript's numbers would be doubles there. */
function toCel(value: unknown, schema: StructuralSchema | undefined): unknown {
  if (schema?.type === 'integer' && typeof value === 'number') return BigInt(value);
  if (Array.isArray(value)) return value.map((item) => toCel(item, schema?.items));
  if (value !== null && typeof value === 'object') {
    return Object.fromEntries(Object.entries(value).map(([name, child]) => [name, toCel(child, schema?.properties?.[name])]));
  }
  return value;
}

interface Visit { schema: StructuralSchema; value: unknown; old: unknown; path: string }

function checkNode({ schema, value, old, path }: Visit): string[] {
  const broken: string[] = [];
  for (const { rule, message } of schema['x-kubernetes-validations'] ?? []) {
    // As in the API server: a rule that looks at oldSelf is about changes and is skipped on creation.
    if (/\boldSelf\b/.test(rule) && old === undefined) continue;
    const holds = compile(rule)({ self: toCel(value, schema), oldSelf: toCel(old, schema) });
    if (holds !== true) broken.push(path === '' ? message : `${path}: ${message}`);
  }
  return broken;
}

function childOf(value: unknown, name: string): unknown {
  return value !== null && typeof value === 'object' ? (value as Record<string, unknown>)[name] : undefined;
}

/**
 * Evaluates the CEL rules (`x-kubernetes-validations`) of a schema on a value that already fits the schema.
 * @param visit `old` is the value that was in force before, undefined for a new resource
 * @returns one sentence per broken rule
 */
export function checkRules(visit: Visit): string[] {
  const { schema, value, old, path } = visit;
  if (value === undefined) return [];
  const broken = checkNode(visit);
  for (const [name, child] of Object.entries(schema.properties ?? {})) {
    const childPath = path === '' ? name : `${path}.${name}`;
    broken.push(...checkRules({ schema: child, value: childOf(value, name), old: childOf(old, name), path: childPath }));
  }
  if (schema.items && Array.isArray(value)) {
    const items = schema.items;
    value.forEach((item, i) => broken.push(...checkRules({ schema: items, value: item, old: undefined, path: `${path}[${i}]` })));
  }
  return broken;
}
