import { readFileSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { CHECKOUT } from '@freshet/scripts/platform/checkout'
import { markdownTable } from '../harness/markdown-table.ts'
import { putTable } from './document/tables.ts'
import { FIGURES } from './figures/catalogue.ts'
import { readOptions, USAGE } from './options.ts'
import { measureRedis } from './redis/measure-redis.ts'
import type { RedisCosts } from './redis/redis-costs.ts'

/** npm run bench:scale: what the design costs with many nodes, keys, invalidations and tags. */
const options = readOptions(process.argv.slice(2))
if (options === 'help') {
  console.log(USAGE)
  process.exit(0)
}

const unknown = options.only.filter((name) => !(name in FIGURES))
if (unknown.length > 0) throw new Error(`no figure is called ${unknown.join(', ')}\n${USAGE}`)

let measured: Promise<RedisCosts> | null = null
const context = {
  ...options,
  redisCosts: () => {
    measured ??= measureRedis()
    return measured
  },
}
const file = path.join(CHECKOUT, 'docs/scale.md')
for (const [name, { columns, rows }] of Object.entries(FIGURES)) {
  if (options.only.length > 0 && !options.only.includes(name)) continue
  const taken = await rows(context)
  console.log(`\n## ${name}\n\n${markdownTable(columns, taken)}`)
  // After each figure: what was taken is not lost when a later one fails.
  if (options.write) writeFileSync(file, putTable(readFileSync(file, 'utf8'), name, columns, taken))
}
