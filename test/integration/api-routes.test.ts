import { listRoutes } from './controller-routes.js';
import { ENDPOINTS } from '../../apps/api/src/http/endpoint.js';
import { ApiWorld } from './api-world.js';

let world: ApiWorld;
beforeAll(async () => {
  world = await ApiWorld.create({ tenants: ['alpha'] });
});
afterAll(() => world.close());

test('these routes, and no others, are open to everybody', () => {
  expect(ENDPOINTS.filter((endpoint) => endpoint.access === 'public').map(({ method, path }) => `${method} ${path}`).toSorted()).toEqual([
    'GET /v1/auth/callback',
    'GET /v1/auth/config',
    'GET /v1/auth/login',
    'GET /v1/openapi.json',
    'GET /v1/provider/auth/callback',
    'GET /v1/provider/auth/config',
    'GET /v1/provider/auth/login',
  ]);
});

test('two routes are for other servers, who prove themselves by signature', () => {
  const others = listRoutes(world.api.app).filter((route) => !route.path.startsWith('/v1/'));
  expect(others.map(({ method, path }) => `${method} ${path}`).toSorted()).toEqual(['ALL /_scaiwave/federation/*', 'GET /.well-known/scaiwave/server']);
});

test('every other route of the API refuses those who have not said who they are', async () => {
  const closed = ENDPOINTS.filter((endpoint) => endpoint.access !== 'public' && !endpoint.isProviders);
  expect(closed.length).toBeGreaterThan(50);
  for (const { method, path } of closed) {
    const answer = await world.client.call({ method, path: path.replaceAll(/:[a-z_]+/g, 'x'), host: 'alpha.test' });
    expect([method, path, answer.status, answer.code]).toEqual([method, path, 401, 'SW_AUTH_INVALID_TOKEN']);
  }
});

test('where there is no provider’s view, none of its routes exists', async () => {
  const provider = ENDPOINTS.filter((endpoint) => endpoint.isProviders);
  expect(provider.every(({ path }) => path.startsWith('/v1/provider/'))).toBe(true);
  for (const { method, path } of provider) {
    const answer = await world.client.call({ method, path: path.replaceAll(/:[a-z_]+/g, 'x'), host: 'alpha.test' });
    expect([method, path, answer.status, answer.code]).toEqual([method, path, 404, 'SW_NOT_FOUND']);
  }
});

test('every admin route refuses a user', async () => {
  const alice = await world.person('alice');
  for (const { method, path } of ENDPOINTS.filter((endpoint) => endpoint.path.startsWith('/v1/admin'))) {
    const answer = await alice.call(method, path.replaceAll(/:[a-z_]+/g, 'x'));
    expect([method, path, answer.code]).toEqual([method, path, 'SW_AUTH_INSUFFICIENT_PERMISSION']);
  }
});

describe('the description', () => {
  interface Operation {
    operationId: string;
    parameters: Array<{ name: string; in: string }>;
    security?: unknown[];
    responses: Record<string, unknown>;
  }
  let description: { openapi: string; paths: Record<string, Record<string, Operation>> };
  beforeAll(async () => {
    const answer = await world.client.call({ path: '/v1/openapi.json', host: 'whatever.test' });
    description = JSON.parse(answer.text) as typeof description;
  });
  const operations = () => Object.entries(description.paths).flatMap(([path, methods]) => Object.entries(methods).map(([method, operation]) => ({ path, method, operation })));

  test('has every route of the controllers, and no other', () => {
    const described = operations().map(({ path, method }) => `${method.toUpperCase()} ${path.replaceAll(/\{([a-z_]+)\}/g, ':$1')}`);
    const routes = listRoutes(world.api.app).filter((route) => route.path.startsWith('/v1/')).map(({ method, path }) => `${method} ${path}`);
    expect(described.toSorted()).toEqual(routes.toSorted());
  });

  test('is OpenAPI 3.1 with an id of its own for each operation, its path parameters and its answers', () => {
    expect(description.openapi).toBe('3.1.0');
    const ids = operations().map(({ operation }) => operation.operationId);
    expect(new Set(ids).size).toBe(ids.length);
    for (const { path, operation } of operations()) {
      const inPath = [...path.matchAll(/\{([a-z_]+)\}/g)].map((match) => match[1]);
      expect(operation.parameters.filter((parameter) => parameter.in === 'path').map((parameter) => parameter.name)).toEqual(inPath);
      expect(Object.keys(operation.responses)).toContain('default');
    }
  });

  test('refers to nothing that is not in it', () => {
    const text = JSON.stringify(description);
    for (const [, name] of text.matchAll(/"\$ref":"#\/components\/schemas\/([A-Za-z]+)"/g)) expect(text).toContain(`"${name}":{`);
  });
});
