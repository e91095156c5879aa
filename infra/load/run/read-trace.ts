import { createReadStream } from 'node:fs'
import { createInterface } from 'node:readline'
import { pipeline } from 'node:stream'
import { createGunzip } from 'node:zlib'
import { OptionError } from '../options/read-option.ts'

const MAX_KEYS = 5_000_000

/** The keys of a file, one in a line, `.gz` or not; blank lines are left out. Of a longer file the first five million. */
export async function readTrace(file: string): Promise<string[]> {
  const raw = createReadStream(file)
  // Unlike pipe(), this hands an error of the file on to whoever reads the lines.
  const input = file.endsWith('.gz') ? pipeline(raw, createGunzip(), () => undefined) : raw
  const keys: string[] = []
  try {
    for await (const line of createInterface({ input, crlfDelay: Number.POSITIVE_INFINITY })) {
      const key = line.trim()
      if (key !== '') keys.push(key)
      if (keys.length === MAX_KEYS) break
    }
  } catch (error) {
    throw new OptionError(`--trace ${file} cannot be read: ${error instanceof Error ? error.message : error}`)
  }
  if (keys.length === 0) throw new OptionError(`--trace ${file} holds no keys`)
  return keys
}
