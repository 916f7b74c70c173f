// libs/core/src/tenants/resource-types.ts, from the schemas in /crds: what a resource may say, as TypeScript.
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';

const CRDS = { Tenant: 'tenants.federation.scaiwave.io.yaml', Peer: 'peers.federation.scaiwave.io.yaml' };

export function describeResources(root) {
  // A dependency of the command line, which checks its files against the same schemas.
  const { parse } = createRequire(join(root, 'apps/cli/package.json'))('yaml');
  const interfaces = Object.entries(CRDS).flatMap(([kind, file]) => {
    const { properties } = parse(readFileSync(join(root, 'crds', file), 'utf8')).spec.versions[0].schema.openAPIV3Schema;
    return [['Spec', properties.spec], ['Status', properties.status]].map(([part, schema]) => `/** ${schema.description} */\nexport interface ${kind}${part} ${typeOf(schema, '')}\n`);
  });
  return `// Made by \`make gen\` from /crds: change those, not this.\n/* oxlint-disable max-lines */\n\n${interfaces.join('\n')}`;
}

function typeOf(schema, indent) {
  if (schema.enum) return schema.enum.map((value) => `'${value}'`).join(' | ');
  if (schema['x-kubernetes-int-or-string']) return 'number | string';
  if (schema.type === 'array') return listOf(typeOf(schema.items, indent));
  if (schema.type === 'object') return objectOf(schema, indent);
  return schema.type === 'integer' ? 'number' : schema.type;
}

function objectOf({ properties, required = [], additionalProperties, ...rest }, indent) {
  if (additionalProperties) return `Record<string, ${typeOf(additionalProperties, indent)}>`;
  if (!properties) return 'Record<string, unknown>';
  const inner = `${indent}  `;
  const fields = Object.entries(properties).map(([name, schema]) => `${inner}/** ${schema.description.replaceAll('*/', '* /')} */\n${inner}${name}${required.includes(name) ? '' : '?'}: ${typeOf(schema, inner)};\n`);
  const others = rest['x-kubernetes-preserve-unknown-fields'] ? `${inner}[field: string]: unknown;\n` : '';
  return `{\n${fields.join('')}${others}${indent}}`;
}

function listOf(item) {
  return / \| /.test(item) && !item.startsWith('{') ? `(${item})[]` : `${item}[]`;
}
