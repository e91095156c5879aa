import { createInterface } from 'node:readline'
import type { Readable } from 'node:stream'
import { readAccessTrace } from './access-trace.ts'
import { readAzureTrace } from './azure-trace.ts'

/** A trace of lines, told by its header: Azure Functions' counts per minute, or an access log of one request a line. */
export async function* readCsvTrace(stream: Readable): AsyncGenerator<number> {
  const lines = createInterface({ input: stream, crlfDelay: Number.POSITIVE_INFINITY })[Symbol.asyncIterator]()
  const header = await lines.next()
  const columns = header.done ? [] : header.value.split(',')
  const rest = { [Symbol.asyncIterator]: () => lines }
  if (columns[0] === 'HashOwner') yield* readAzureTrace(rest, columns)
  else if (columns[0] === 'ts_unix') yield* readAccessTrace(rest)
  else throw new Error(`no trace that we know begins with the columns ${columns.slice(0, 4).join(', ')}`)
}
