/** npm run load: see LOAD_USAGE. Exit codes: 0 all well, 1 a limit was exceeded or a read was stale, 2 wrong options. */
import { writeFileSync } from 'node:fs'
import path from 'node:path'
import { explain } from './options/explain.ts'
import { LOAD_USAGE, readLoadOptions } from './options/load-options.ts'
import { findTarget } from './options/target.ts'
import { figuresOf, printFigures } from './run/report.ts'
import { runLoad } from './run/run-load.ts'
import { judge } from './run/verdict.ts'

const checkout = path.resolve(import.meta.dirname, '../..')

try {
  const options = readLoadOptions(process.argv.slice(2))
  if (options === 'help') console.log(LOAD_USAGE)
  else {
    const target = findTarget(options, process.env, checkout)
    console.log(
      `${options.ratePerSecond} requests per second for ${options.durationMs / 1_000} s to ${target.urls.join(', ')}`,
    )
    const { tally, seconds } = await runLoad(options, target)
    const figures = figuresOf(tally, seconds)
    console.log(`\n${printFigures(figures, tally)}`)
    if (options.json !== null) writeFileSync(options.json, `${JSON.stringify(figures, null, 2)}\n`)
    const faults = judge(tally, options.limits)
    for (const fault of faults) console.error(`\nFAILED: ${fault}`)
    process.exitCode = faults.length > 0 ? 1 : 0
  }
} catch (error) {
  console.error(explain(error, 'npm run load -- --help'))
  process.exitCode = 2
}
