import { fileURLToPath } from 'node:url';
import { defineConfig } from 'prisma/config';
// Prisma's CLI downloads a native schema engine before any command; use the wasm build from npm instead.
process.env.PRISMA_SCHEMA_ENGINE_BINARY ??= fileURLToPath(new URL('./tools/schema-engine.mjs', import.meta.url));
export default defineConfig({
  schema: 'prisma/schema.prisma',
  migrations: { path: 'prisma/migrations' },
  datasource: { url: process.env.DATABASE_URL ?? 'postgresql://localhost/none' },
});
