/**
 * Checks the whole audit of DATABASE_URL and prints what it found. Exit code 0: every row is what it was; 1: the first
 * one that is not was named; 2: the question was wrong, or could not be answered.
 *
 * --from <position>         begin there; the row before it is taken at its word.
 * --noted <position>:<hash> what an earlier run printed, kept outside of the database. Only this shows that rows were cut
 *                           off the end, or that all of them were written anew.
 */
import { parseArgs } from 'node:util'
import { z } from 'zod'
import { createDb } from '../src/client.ts'
import { isDatabaseUnavailable } from '../src/failures.ts'
import { type ChainVerdict, verifyChain } from '../src/queries/audit-verify.ts'

const Options = z.object({
  url: z.url('DATABASE_URL is not set: say which database, e.g. postgresql://user:pass@host:5432/freshet'),
  from: z.coerce.number().int().min(1).optional(),
  noted: z
    .string()
    .regex(/^[1-9]\d{0,14}:[0-9a-f]{64}$/, 'as <position>:<hash>')
    .transform((text) => {
      const [position, hash = ''] = text.split(':')
      return { position: Number(position), hash }
    })
    .optional(),
})

function describe({ checked, broken, head }: ChainVerdict): string {
  if (broken) return `BROKEN at row ${broken.position} (${broken.fault}): ${broken.detail}`
  if (!head) return 'The audit has no rows'
  return `${checked} rows are what they were. Note this elsewhere, and say it next time: --noted ${head.position}:${head.hash}`
}

async function main(): Promise<number> {
  const { values } = parseArgs({ options: { from: { type: 'string' }, noted: { type: 'string' } } })
  const { url, ...options } = Options.parse({ url: process.env.DATABASE_URL, ...values })
  const db = createDb(url, { maxConnections: 1 })
  try {
    const verdict = await verifyChain(db, options)
    console.log(describe(verdict))
    return verdict.broken ? 1 : 0
  } finally {
    await db.$disconnect()
  }
}

function explain(error: unknown): string {
  if (error instanceof z.ZodError) return z.prettifyError(error)
  if (isDatabaseUnavailable(error)) return 'PostgreSQL does not answer'
  return error instanceof Error ? error.message : String(error)
}

try {
  process.exitCode = await main()
} catch (error) {
  console.error(explain(error))
  process.exitCode = 2
}
