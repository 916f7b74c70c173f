import { nameOfResource, namePool } from './name-pool.js';

test.each([[{}, 'shared'], [{ workers: { mode: 'Shared' as const } }, 'shared'], [{ workers: { mode: 'Dedicated' as const } }, 'acme-']])('%j is served by the pool %s…', (spec, begins) => {
  expect(namePool(spec, 'tenant-acme/acme').startsWith(begins)).toBe(true);
});

test('two resources never share a pool, however alike their names are', () => {
  const dedicated = { workers: { mode: 'Dedicated' as const } };
  expect(namePool(dedicated, 'a-b/c')).not.toBe(namePool(dedicated, 'a/b-c'));
  expect(namePool(dedicated, 'a/shared')).not.toBe('shared');
});

test.each(['n/acme', `${'n'.repeat(63)}/${'a'.repeat(40)}`, 'n/acme.example.com', `n/${'a'.repeat(39)}.x`])('%s becomes a name that labels, objects and workers take', (resource) => {
  expect(nameOfResource(resource)).toMatch(/^[a-z0-9]([a-z0-9-]{0,49}[a-z0-9])$/);
});
