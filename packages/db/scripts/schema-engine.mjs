#!/usr/bin/env node
/**
 * A stand-in for Prisma's native `schema-engine`, which `prisma generate` and `prisma migrate` would otherwise download
 * from binaries.prisma.sh. It speaks the same command line and the same JSON-RPC on stdio, and runs Prisma's own WASM
 * build of the engine over pg. prisma.config.ts points PRISMA_SCHEMA_ENGINE_BINARY here.
 *
 * Set SCHEMA_ENGINE_DEBUG=1 to see requests, replies and the engine's log on stderr.
 */
import { runCommand } from './schema-engine/command.mjs'
import { serveRpc } from './schema-engine/rpc.mjs'
import { engineVersion } from './schema-engine/wasm.mjs'

const argv = process.argv.slice(2)
const optionOf = (flag) => (argv.includes(flag) ? argv[argv.indexOf(flag) + 1] : undefined)
const optionsOf = (flag) => argv.flatMap((arg, i) => (arg === flag ? [argv[i + 1]] : []))

const datasource = JSON.parse(optionOf('--datasource') ?? '{}')
const url = datasource.url ?? process.env.DATABASE_URL
const debug = process.env.SCHEMA_ENGINE_DEBUG === '1'

if (argv.includes('--version')) console.log(`schema-engine-wasm ${engineVersion()}`)
else if (argv.includes('cli')) process.exitCode = await runCommand(optionOf('cli'), url)
else
  await serveRpc({ url, shadowDatabaseUrl: datasource.shadowDatabaseUrl, datamodels: optionsOf('--datamodels'), debug })
