import { ERROR_CATALOGUE } from '@scaiwave/protocol';
import { z } from 'zod';
import { ENDPOINTS, type EndpointSpec } from './endpoint.js';

/** The API description (OpenAPI 3.1), made from the same schemas that check each request. */
export function buildOpenApi(): Record<string, unknown> {
  const paths: Record<string, Record<string, unknown>> = {};
  for (const spec of ENDPOINTS.toSorted((a, b) => (a.path + a.method).localeCompare(b.path + b.method))) {
    const path = spec.path.replaceAll(/:([a-z_]+)/g, '{$1}');
    paths[path] = { ...paths[path], [spec.method.toLowerCase()]: operationOf(spec) };
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

function operationOf(spec: EndpointSpec): Record<string, unknown> {
  const status = spec.status ?? 200;
  return {
    operationId: `${spec.method.toLowerCase()}${spec.path.replaceAll(/[^a-z]+([a-z])/g, (_, letter: string) => letter.toUpperCase())}`,
    summary: spec.summary,
    tags: [spec.tag],
    ...(spec.access === 'public' ? { security: [] } : {}),
    parameters: [...parametersOf(spec.params, 'path'), ...parametersOf(spec.query, 'query')],
    ...(spec.body ? { requestBody: { required: true, content: { 'application/json': { schema: schemaOf(spec.body, 'input') } } } } : {}),
    responses: {
      [String(status)]: spec.response ? { description: 'Success', content: { 'application/json': { schema: envelope(spec.response) } } } : { description: 'Success' },
      default: { description: 'Refused', content: { 'application/json': { schema: { $ref: '#/components/schemas/Error' } } } },
    },
  };
}

function envelope(response: z.ZodType): Record<string, unknown> {
  return { type: 'object', required: ['data'], properties: { data: schemaOf(response, 'output'), meta: { type: 'object', additionalProperties: true } } };
}

function parametersOf(schema: z.ZodObject | undefined, place: 'path' | 'query'): unknown[] {
  if (!schema) return [];
  const json = schemaOf(schema, 'input') as { properties?: Record<string, unknown>; required?: string[] };
  return Object.entries(json.properties ?? {}).map(([name, part]) => ({ name, in: place, required: place === 'path' || (json.required ?? []).includes(name), schema: part }));
}

function schemaOf(schema: z.ZodType, io: 'input' | 'output'): Record<string, unknown> {
  const { $schema: _, ...json } = z.toJSONSchema(schema, { io, unrepresentable: 'any', reused: 'inline' });
  return json;
}
