import { acknowledge } from './figures/acknowledge.ts'
import type { Figure } from './figures/figure.ts'
import { reach } from './figures/reach.ts'
import { restart } from './figures/restart.ts'
import { soak } from './figures/soak.ts'
import { throughput } from './figures/throughput.ts'
import { readOptions, USAGE } from './options.ts'

/** npm run bench:invalidation: what invalidating costs, and what it leaves alone. Real nodes, a Redis of its own. */
const figures: Record<string, Figure> = { acknowledge, throughput, soak, restart, reach }

const options = readOptions(process.argv.slice(2))
if (options === 'help') {
  console.log(USAGE)
  process.exit(0)
}

const unknown = options.only.filter((name) => !(name in figures))
if (unknown.length > 0) throw new Error(`no figure is called ${unknown.join(', ')}\n${USAGE}`)

for (const [name, figure] of Object.entries(figures)) {
  if (options.only.length > 0 && !options.only.includes(name)) continue
  console.log(`\n## ${name}\n\n${await figure(options)}`)
}
