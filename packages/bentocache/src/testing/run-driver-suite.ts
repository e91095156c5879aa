import { assert } from '@japa/assert'
import { configure, run } from '@japa/runner'
import type { ReporterContract } from '@japa/runner/types'

/** Says how each test went, one line of JSON each, to the process that started this one. */
const sayOutcomes: ReporterContract = {
  name: 'lines',
  handler: (_, emitter) => {
    emitter.on('test:end', ({ title, hasError, errors }) => {
      const reasons = errors.map(({ error }) => String(error))
      process.stdout.write(`${JSON.stringify({ title: title.original, passed: !hasError, reasons })}\n`)
    })
  },
}

configure({
  files: () => [new URL('driver-suite.ts', import.meta.url)],
  plugins: [assert()],
  reporters: { activated: [sayOutcomes.name], list: [sayOutcomes] },
})
await run()
