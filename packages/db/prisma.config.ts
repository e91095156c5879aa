import { fileURLToPath } from 'node:url'
import { defineConfig } from 'prisma/config'

// Prisma downloads a native schema engine unless it is told of another one. Ours runs the WASM engine that npm already
// brought, so that an air-gapped machine can generate and migrate.
process.env.PRISMA_SCHEMA_ENGINE_BINARY ??= fileURLToPath(new URL('./scripts/schema-engine.mjs', import.meta.url))

export default defineConfig({
  schema: 'prisma/schema.prisma',
  migrations: { path: 'prisma/migrations' },
  // `generate` needs no database, but Prisma refuses a configuration without an address.
  datasource: { url: process.env.DATABASE_URL ?? 'postgresql://127.0.0.1:5432/freshet' },
})
