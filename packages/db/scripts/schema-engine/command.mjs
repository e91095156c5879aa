import { createDatabase, dropDatabase, withClient } from './database.mjs'

/** PostgreSQL and socket errors as the codes that Prisma's CLI explains to people. */
const PRISMA_CODES = { '3D000': 'P1003', '28P01': 'P1000', ECONNREFUSED: 'P1001', ENOTFOUND: 'P1001' }

function log(level, message, facts = {}) {
  const fields = { message, ...facts }
  const line = { timestamp: new Date().toISOString(), level, target: 'schema_engine::logger', fields }
  process.stderr.write(`${JSON.stringify(line)}\n`)
}

/** `schema-engine cli <command>`. Returns the exit code. */
export async function runCommand(command, url) {
  // Prisma's parser drops the first line of stderr: without this one it would drop the error itself.
  log('INFO', 'Starting schema engine CLI')
  try {
    if (command === 'can-connect-to-database') await withClient(url, (client) => client.query('SELECT 1'))
    else if (command === 'create-database') await createDatabase(url)
    else if (command === 'drop-database') await dropDatabase(url)
    else throw new Error(`unknown command ${command}`)
    return 0
  } catch (error) {
    log('ERROR', error.message || String(error.code), {
      is_panic: false,
      error_code: PRISMA_CODES[error.code] ?? 'P1000',
    })
    return 1
  }
}
