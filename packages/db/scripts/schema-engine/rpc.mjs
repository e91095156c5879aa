import { readFileSync } from 'node:fs'
import readline from 'node:readline'
import { migrationAdapter } from './adapter.mjs'
import { createDatabase } from './database.mjs'
import { loadEngine } from './wasm.mjs'

/** JSON-RPC's code for "the engine itself reported an error", as the native engine sends it. */
const ENGINE_ERROR = 4466

const send = (message) => process.stdout.write(`${JSON.stringify({ jsonrpc: '2.0', ...message })}\n`)

/** Answers requests, one per line and one after the other, until stdin ends. */
export async function serveRpc({ url, shadowDatabaseUrl, datamodels, debug }) {
  const SchemaEngine = await loadEngine()
  const adapter = migrationAdapter({ url, shadowDatabaseUrl })
  const files = datamodels.map((file) => [file, readFileSync(file, 'utf8')])
  const trace = (text) => debug && process.stderr.write(`${text}\n`)

  async function answer(method, params) {
    if (method === 'createDatabase') return { databaseName: await createDatabase(params.datasource.url ?? url) }
    // A fresh engine for each request: an instance hands out its shadow-database factory only once.
    const engine = await SchemaEngine.new({ datamodels: files.length > 0 ? files : undefined }, trace, adapter.factory)
    try {
      // These two read the migrations' schema from the engine's cache alone, and devDiagnostic is what fills it.
      if (method === 'evaluateDataLoss' || method === 'createMigration')
        await engine.devDiagnostic({ migrationsList: params.migrationsList, filters: params.filters })
      const result = await engine[method === 'getDatabaseVersion' ? 'version' : method](params)
      // The native engine prints a diff by a notification and Prisma waits for that one.
      if (method === 'diff' && result?.stdout) send({ id: 0, method: 'print', params: { content: result.stdout } })
      return result ?? null
    } finally {
      await adapter.closeAll()
    }
  }

  for await (const line of readline.createInterface({ input: process.stdin, crlfDelay: Number.POSITIVE_INFINITY })) {
    if (!line.trim()) continue
    trace(`>> ${line}`)
    const { id, method, params } = JSON.parse(line)
    try {
      send({ id, result: await answer(method, params) })
    } catch (error) {
      trace(`<< ${error.stack ?? error}`)
      send({ id, error: describe(error) })
    }
  }
}

function describe(error) {
  const message = error.message ?? String(error)
  return {
    code: ENGINE_ERROR,
    message: 'An error happened. Check the data field for details.',
    data: { is_panic: false, message, meta: error.meta ?? null, error_code: error.code ?? codeInside(message) },
  }
}

/** Some of the engine's errors arrive as JSON in the message. */
function codeInside(message) {
  try {
    return JSON.parse(message).error_code ?? null
  } catch {
    return null
  }
}
