/** npm run seed: see SEED_USAGE. Exit codes: 0 all is there, 1 some keys failed, 2 wrong options or nobody answered. */
import path from 'node:path'
import { createCache } from '@freshet/client'
import { explain } from './options/explain.ts'
import { readSeedOptions, SEED_USAGE } from './options/seed-options.ts'
import { findTarget } from './options/target.ts'
import { seedInstallation } from './seed/seed-installation.ts'

const checkout = path.resolve(import.meta.dirname, '../..')
const MIB = 1024 * 1024

try {
  const options = readSeedOptions(process.argv.slice(2))
  if (options === 'help') console.log(SEED_USAGE)
  else {
    const target = findTarget(options, process.env, checkout)
    const cache = createCache({ url: target.urls, apiKey: target.apiKey, attemptTimeoutMs: 20_000, deadlineMs: 30_000 })
    console.log(`${options.count} keys in ${options.namespaces.join(', ')} to ${target.urls.join(', ')}`)
    const isTerminal = process.stdout.isTTY
    const { stored, bytes, failed, seconds } = await seedInstallation(cache, options, (done) => {
      if (isTerminal) process.stdout.write(`\r${done}`)
    })
    const perSecond = Math.round(stored / seconds)
    console.log(
      `${isTerminal ? '\r' : ''}${stored} stored, ${(bytes / MIB).toFixed(1)} MiB, in ${seconds.toFixed(1)} s (${perSecond} per second); ` +
        `fresh for ${options.ttlMs / 1_000} s. Tags: ${options.namespaces.map((name) => `${name}-all, ${name}-group-0 ...`).join('; ')}`,
    )
    for (const [code, count] of failed) console.error(`FAILED: ${count} keys, ${code}`)
    process.exitCode = failed.size > 0 ? 1 : 0
  }
} catch (error) {
  console.error(explain(error, 'npm run seed -- --help'))
  process.exitCode = 2
}
