import type { ErrorObject } from 'ajv';
import type { StructuralSchema } from './crd-schemas.js';
import { findNearestName } from './nearest-name.js';

const TYPE_WORDS: Record<string, string> = {
  boolean: 'true or false', integer: 'a whole number', number: 'a number', string: 'a text', array: 'a list', object: 'a group of fields', 'integer,string': 'a whole number or a text',
};

function pathOf(instancePath: string): string {
  return instancePath.split('/').slice(1)
    .map((part) => part.replaceAll('~1', '/').replaceAll('~0', '~'))
    .map((part) => (/^\d+$/.test(part) ? `[${part}]` : `.${part}`)).join('').replace(/^\./, '');
}

function shown(value: unknown): string {
  const text = JSON.stringify(value) ?? 'nothing';
  return text.length > 60 ? `${text.slice(0, 57)}…` : text;
}

function joined(path: string, name: string): string {
  return path === '' ? name : `${path}.${name}`;
}

function unknownField(kind: string, path: string, error: ErrorObject): string {
  const name = String(error.params['additionalProperty']);
  const known = Object.keys((error.parentSchema as StructuralSchema).properties ?? {});
  const near = findNearestName(name, known);
  const hint = near ? `; did you mean ${near}?` : known.length > 0 ? `; its fields are ${known.join(', ')}` : '';
  return `${joined(path, name)} is not a field of ${kind}${hint}`;
}

function notInEnum(path: string, error: ErrorObject): string {
  const allowed = (error.params['allowedValues'] as unknown[]).map(String);
  const near = findNearestName(String(error.data), allowed);
  return `${path} is ${shown(error.data)}; it must be ${allowed.slice(0, -1).join(', ')} or ${allowed.at(-1)}${near ? ` (did you mean ${near}?)` : ''}`;
}

function outOfBounds(path: string, error: ErrorObject): string {
  const limit = String(error.params['limit']);
  const words: Record<string, string> = {
    minimum: `must be at least ${limit}`, maximum: `must be at most ${limit}`,
    minLength: limit === '1' ? 'must not be empty' : `must have at least ${limit} characters`, maxLength: `must have at most ${limit} characters`,
    maxItems: `must have at most ${limit} entries`, maxProperties: `must have at most ${limit} entries`,
  };
  return `${path} ${words[error.keyword] ?? error.message ?? 'is not valid'}`;
}

/** Says one schema error of a resource in a sentence that names the field. */
export function schemaSentence(kind: string, error: ErrorObject): string {
  const path = pathOf(error.instancePath);
  switch (error.keyword) {
    case 'additionalProperties': return unknownField(kind, path, error);
    case 'required': return `${joined(path, String(error.params['missingProperty']))} is missing`;
    case 'enum': return notInEnum(path, error);
    case 'type': return `${path || kind} must be ${TYPE_WORDS[String(error.params['type'])] ?? 'something else'}, not ${shown(error.data)}`;
    case 'uniqueItems': return `${path} lists ${shown((error.data as unknown[])[Number(error.params['i'])])} twice`;
    case 'pattern':
    case 'format': {
      const about = (error.parentSchema as StructuralSchema).description;
      return `${path} ${shown(error.data)} is not valid${about ? `: ${about}` : ''}`;
    }
    default: return outOfBounds(path, error);
  }
}
