import { createReadStream } from 'node:fs'
import { readdir } from 'node:fs/promises'
import path from 'node:path'
import { pipeline, type Readable } from 'node:stream'
import { createGunzip } from 'node:zlib'
import { readCsvTrace } from './csv-trace.ts'
import { readRecordTrace } from './record-trace.ts'

/**
 * The trace to replay from a folder: the one whose file name begins with `name`, else the first that can be read. The
 * folder's files end in `.trace` or `.csv`, with `.gz` or not. Rejects when there is none.
 */
export async function chooseTrace(folder: string, name?: string): Promise<string> {
  const files = (await readdir(folder)).filter((file) => /\.(trace|csv)(\.gz)?$/.test(file)).toSorted()
  const faults: string[] = []
  for (const file of files.filter((candidate) => name === undefined || candidate.startsWith(name))) {
    const fault = await findFault(path.join(folder, file))
    if (fault === null) return path.join(folder, file)
    faults.push(`${file}: ${fault}`)
  }
  const wanted = name === undefined ? 'a trace' : `a trace named ${name}`
  throw new Error([`${folder} holds no file of ${wanted} that can be read`, ...faults].join('; '))
}

/** All ids of a trace, one per request, read piece by piece however long it is. */
export function readTrace(file: string): AsyncGenerator<number> {
  const bytes = openBytes(file)
  if (/\.csv(\.gz)?$/.test(file)) return readCsvTrace(bytes)
  return readRecordTrace(bytes, path.basename(file).startsWith('scarab') ? 8 : 4)
}

/** A trace again and again. */
export async function* replayTrace(file: string): AsyncGenerator<number> {
  for (;;) {
    let count = 0
    for await (const id of readTrace(file)) {
      count++
      yield id
    }
    // A file that was emptied meanwhile would otherwise be read without end and without a pause.
    if (count === 0) throw new Error(`${file} holds no requests`)
  }
}

function openBytes(file: string): Readable {
  const raw = createReadStream(file)
  if (!file.endsWith('.gz')) return raw
  // Unlike pipe(), this hands an error of the file on to whoever reads the result; that is also where it is reported.
  return pipeline(raw, createGunzip(), () => undefined)
}

async function findFault(file: string): Promise<string | null> {
  try {
    for await (const _first of readTrace(file)) return null
    return 'it holds no requests'
  } catch (error) {
    return error instanceof Error ? error.message : String(error)
  }
}
