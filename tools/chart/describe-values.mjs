// From charts/scaiwave/values.yaml: the strict schema that Helm checks values with, and the page that lists them.
// Above each value stand its description and, after `@schema`, what its default does not say.
import { isMap, parse, parseDocument } from 'yaml';

/** @returns the text of values.schema.json */
export function buildValuesSchema(text) {
  const schema = { $schema: 'http://json-schema.org/draft-07/schema#', title: 'Values of the chart scaiwave', ...schemaOfMap(readValues(text)) };
  return `${JSON.stringify(schema, null, 2)}\n`;
}

/** @returns the text of docs/operating/chart-values.md */
export function describeValues(text) {
  const rows = leavesOf(readValues(text)).map(({ path, description, fallback }) => `| \`${path}\` | ${fallback} | ${description} |`);
  return `# Values of the chart\n\nWhat \`helm install\` takes with \`--set\` or \`-f\`: [install.md](install.md) says how. A value that is not in this list is refused.\n(This page is made by \`make gen\`.)\n\n| value | default | meaning |\n|---|---|---|\n${rows.join('\n')}\n`;
}

/** A value: its place, description, schema so far, default, and what is in it when the chart knows all of that. */
function readValues(text) {
  return readMap(parseDocument(text).contents, { text, path: [] });
}

function readMap(map, { text, path }) {
  return map.items.map(({ key, value }) => {
    const at = [...path, key.value];
    const { description, schema } = readComment(text, key.range[0], at.join('.'));
    const isOpen = schema.type !== undefined || !isMap(value) || value.items.length === 0;
    const fallback = value === null ? null : value.toJS(parseDocument(''));
    return { name: key.value, path: at.join('.'), description, schema, fallback, inside: isOpen ? null : readMap(value, { text, path: at }) };
  });
}

function readComment(text, offset, path) {
  const above = text.slice(0, offset).split('\n').slice(0, -1).map((line) => line.trim());
  const first = above.findLastIndex((line) => !line.startsWith('#')) + 1;
  const lines = above.slice(first).map((line) => line.replace(/^#\s?/, ''));
  const schema = Object.assign({}, ...lines.filter((line) => line.startsWith('@schema ')).map((line) => parse(line.slice('@schema '.length))));
  const description = lines.filter((line) => !line.startsWith('@schema ')).join(' ');
  if (description === '') throw new Error(`values.yaml: ${path} has no description above it.`);
  return { description, schema };
}

function schemaOfMap(values) {
  return { type: 'object', additionalProperties: false, properties: Object.fromEntries(values.map((value) => [value.name, schemaOf(value)])) };
}

function schemaOf({ path, description, schema, fallback, inside }) {
  if (inside !== null) return { description, ...schemaOfMap(inside), ...schema };
  const type = schema.type ?? typeOf(fallback);
  if (type === 'object' && schema.type === undefined) throw new Error(`values.yaml: say with @schema what may be in ${path}.`);
  if (type === 'array' && schema.items === undefined) throw new Error(`values.yaml: say with @schema what the items of ${path} are.`);
  return { description, type, ...schema };
}

function typeOf(value) {
  if (Array.isArray(value)) return 'array';
  return typeof value === 'number' ? 'integer' : typeof value;
}

function leavesOf(values) {
  return values.flatMap((value) => (value.inside === null ? [{ ...value, fallback: `\`${JSON.stringify(value.fallback)}\`` }] : leavesOf(value.inside)));
}
