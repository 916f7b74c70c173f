import { ERROR_CATALOGUE } from '@scaiwave/protocol';
import { z } from 'zod';
import { ENDPOINTS, JSON_LINES, type EndpointSpec } from './endpoint.js';

type Json = Record<string, unknown>;

/** The API description (OpenAPI 3.1), made from the same schemas that check each request. */
export function buildOpenApi(): Json {
  const paths: Record<string, Json> = {};
  const schemas = new NamedSchemas();
  for (const spec of ENDPOINTS.toSorted((a, b) => (a.path + a.method).localeCompare(b.path + b.method))) {
    const path = spec.path.replaceAll(/:([a-z_]+)/g, '{$1}');
    paths[path] = { ...paths[path], [spec.method.toLowerCase()]: operationOf(spec, schemas) };
  }
  return {
    openapi: '3.1.0',
    info: { title: 'ScaiWave client API', version: '1', description: 'Chat and administration of one tenant. Answers are `{data, meta?}`; refusals `{error: {code, message, details?}}`.' },
    servers: [{ url: '/' }],
    security: [{ bearer: [] }, { session: [] }],
    paths,
    components: {
      securitySchemes: { bearer: { type: 'http', scheme: 'bearer', bearerFormat: 'JWT' }, session: { type: 'apiKey', in: 'cookie', name: 'sw_session' } },
      schemas: {
        ...schemas.named,
        Error: {
          type: 'object',
          required: ['error'],
          properties: {
            error: {
              type: 'object',
              required: ['code', 'message'],
              properties: { code: { type: 'string', enum: Object.keys(ERROR_CATALOGUE) }, message: { type: 'string' }, details: { type: 'object', additionalProperties: true } },
            },
          },
        },
      },
    },
  };
}

function operationOf(spec: EndpointSpec, schemas: NamedSchemas): Json {
  const status = spec.status ?? 200;
  return {
    operationId: `${spec.method.toLowerCase()}${spec.path.replace(/^\/v1/, '').replaceAll(/[^a-z]+([a-z])/g, (_, letter: string) => letter.toUpperCase())}`,
    summary: spec.summary,
    tags: [spec.tag],
    ...(spec.access === 'public' ? { security: [] } : {}),
    parameters: [...parametersOf(schemas, spec.params, 'path'), ...parametersOf(schemas, spec.query, 'query')],
    ...requestOf(spec, schemas),
    responses: {
      [String(status)]: { description: 'Success', ...contentOf(spec, schemas) },
      default: { description: 'Refused', content: { 'application/json': { schema: { $ref: '#/components/schemas/Error' } } } },
    },
  };
}

function requestOf({ body, form }: EndpointSpec, schemas: NamedSchemas): Json {
  if (form) return { requestBody: { required: true, content: { 'multipart/form-data': { schema: schemas.of(form, 'input') } } } };
  return body ? { requestBody: { required: true, content: { 'application/json': { schema: schemas.of(body, 'input') } } } } : {};
}

function contentOf(spec: EndpointSpec, schemas: NamedSchemas): Json {
  if (spec.isFile) return { content: { '*/*': { schema: { type: 'string', format: 'binary' } } } };
  if (spec.line) return { content: { [JSON_LINES]: { schema: schemas.of(spec.line, 'output') } } };
  return spec.response ? { content: { 'application/json': { schema: envelope(schemas.of(spec.response, 'output')) } } } : {};
}

function envelope(data: Json): Json {
  return { type: 'object', required: ['data'], properties: { data, meta: { type: 'object', additionalProperties: true } } };
}

function parametersOf(schemas: NamedSchemas, schema: z.ZodObject | undefined, place: 'path' | 'query'): unknown[] {
  if (!schema) return [];
  const json = schemas.of(schema, 'input') as { properties?: Json; required?: string[] };
  return Object.entries(json.properties ?? {}).map(([name, part]) => ({ name, in: place, required: place === 'path' || (json.required ?? []).includes(name), schema: part }));
}

/** Schemas that carry an id are described once, under that name. */
class NamedSchemas {
  readonly named: Record<string, Json> = {};

  of(schema: z.ZodType, io: 'input' | 'output'): Json {
    // The draft's own place for shared schemas is `$defs`; an API description's is `components`.
    const text = JSON.stringify(z.toJSONSchema(schema, { io, unrepresentable: 'any', override: withoutDatePattern })).replaceAll('"#/$defs/', '"#/components/schemas/');
    const { $schema: _, $defs = {}, ...json } = JSON.parse(text) as Json & { $defs?: Record<string, Json> };
    const { id, ...inline } = json;
    for (const [name, definition] of Object.entries($defs)) this.#name(name, definition);
    return typeof id === 'string' ? this.#name(id, inline) : inline;
  }

  #name(name: string, { id, ...definition }: Json): Json {
    this.named[String(id ?? name)] = definition;
    return { $ref: `#/components/schemas/${name}` };
  }
}

/** `format` says it; the pattern beside it, leap years and all, is longer than most schemas. */
function withoutDatePattern({ jsonSchema }: { jsonSchema: { format?: string | undefined; pattern?: string | undefined } }): void {
  if (jsonSchema.format === 'date-time') delete jsonSchema.pattern;
}
