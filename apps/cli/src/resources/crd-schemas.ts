import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Ajv, type ValidateFunction } from 'ajv';
import { parse } from 'yaml';

export const API_VERSION = 'federation.scaiwave.io/v1alpha1';
export const KINDS = ['Tenant', 'Peer'] as const;
export type Kind = (typeof KINDS)[number];

/** The part of an OpenAPI v3 structural schema that our CRDs use. */
export interface StructuralSchema {
  type?: string | string[];
  anyOf?: StructuralSchema[];
  description?: string;
  properties?: Record<string, StructuralSchema>;
  items?: StructuralSchema;
  additionalProperties?: StructuralSchema | boolean;
  required?: string[];
  enum?: unknown[];
  uniqueItems?: boolean;
  format?: string;
  pattern?: string;
  maxLength?: number;
  'x-kubernetes-list-type'?: string;
  'x-kubernetes-preserve-unknown-fields'?: boolean;
  'x-kubernetes-int-or-string'?: boolean;
  'x-kubernetes-validations'?: { rule: string; message: string }[];
}

export interface KindSchema {
  kind: Kind;
  schema: StructuralSchema;
  validate: ValidateFunction;
}

const DNS_LABEL = '^[a-z0-9]([-a-z0-9]*[a-z0-9])?$';
const STRINGS: StructuralSchema = { type: 'object', additionalProperties: { type: 'string' } };
/** What the API server itself knows about metadata and a CRD therefore leaves out. */
const METADATA: StructuralSchema = {
  type: 'object', required: ['name'],
  properties: {
    name: { type: 'string', description: 'A lower-case name of letters, digits and "-".', pattern: '^[a-z0-9]([-a-z0-9.]*[a-z0-9])?$', maxLength: 253 },
    namespace: { type: 'string', description: 'A lower-case name of letters, digits and "-".', pattern: DNS_LABEL, maxLength: 63 },
    labels: STRINGS, annotations: STRINGS,
  },
};

/** Unknown fields are pruned silently by an API server; here they are refused, as a typo would otherwise change policy unseen. */
function closeObjects(schema: StructuralSchema): StructuralSchema {
  const closed: StructuralSchema = { ...schema };
  if (schema['x-kubernetes-int-or-string']) {
    delete closed.anyOf;
    closed.type = ['integer', 'string'];
  }
  if (schema.properties) {
    closed.properties = Object.fromEntries(Object.entries(schema.properties).map(([name, child]) => [name, closeObjects(child)]));
    if (!schema['x-kubernetes-preserve-unknown-fields']) closed.additionalProperties ??= false;
  }
  if (typeof schema.additionalProperties === 'object') closed.additionalProperties = closeObjects(schema.additionalProperties);
  if (schema.items) closed.items = closeObjects(schema.items);
  if (schema['x-kubernetes-list-type'] === 'set') closed.uniqueItems = true;
  return closed;
}

function readCrd(path: string): { kind: Kind; schema: StructuralSchema } {
  const crd = parse(readFileSync(path, 'utf8')) as {
    spec: { names: { kind: Kind }; versions: { schema: { openAPIV3Schema: StructuralSchema } }[] };
  };
  const schema = crd.spec.versions[0]!.schema.openAPIV3Schema;
  return { kind: crd.spec.names.kind, schema: { ...schema, required: ['metadata', ...(schema.required ?? [])], properties: { ...schema.properties, metadata: METADATA } } };
}

/**
 * Reads our CRDs and compiles one validator per kind.
 * @param crdFolder the repository's `/crds`
 */
export function loadKindSchemas(crdFolder: string): Map<Kind, KindSchema> {
  const ajv = new Ajv({ strict: false, allErrors: true, useDefaults: true, verbose: true, logger: false });
  ajv.addFormat('date-time', /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)$/);
  ajv.addFormat('int32', true);
  ajv.addFormat('int64', true);
  const schemas = new Map<Kind, KindSchema>();
  for (const file of ['tenants', 'peers']) {
    const { kind, schema } = readCrd(join(crdFolder, `${file}.federation.scaiwave.io.yaml`));
    schemas.set(kind, { kind, schema, validate: ajv.compile(closeObjects(schema)) });
  }
  return schemas;
}
