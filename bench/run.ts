import { readOptions, USAGE } from './harness/options.ts'
import { printScenario, type ScenarioReport, writeJson } from './harness/report.ts'
import { Stage } from './harness/stage.ts'
import { batch } from './scenarios/batch.ts'
import { cluster } from './scenarios/cluster.ts'
import { pair } from './scenarios/pair.ts'
import { read } from './scenarios/read.ts'
import type { Scenario } from './scenarios/scenario.ts'
import { write } from './scenarios/write.ts'

const scenarios: Record<string, Scenario> = { read, write, batch, pair, cluster }

const options = readOptions(process.argv.slice(2))
if (options === 'help') {
  console.log(USAGE)
  process.exit(0)
}

const unknown = options.only.filter((name) => !(name in scenarios))
if (unknown.length > 0) throw new Error(`no scenario is called ${unknown.join(', ')}\n${USAGE}`)

const reports: ScenarioReport[] = []
console.log(`${options.rounds} rounds, ${options.seconds} s each, ${options.connections} connections`)
for (const [name, scenario] of Object.entries(scenarios)) {
  if (options.only.length > 0 && !options.only.includes(name)) continue
  // A stage each: what one scenario leaves in memory and in Redis must not weigh on the next.
  const stage = await Stage.open()
  try {
    for (const report of await scenario(stage, options)) {
      printScenario(report)
      reports.push(report)
    }
  } finally {
    await stage.close()
  }
}
writeJson(options.json, options, reports)
console.log(`\nEvery round: ${options.json}`)

const missed = reports.flatMap(({ goals }) => goals).filter(({ met }) => !met)
if (options.gate && missed.length > 0) process.exit(1)
