import { execFile } from 'node:child_process'
import { existsSync } from 'node:fs'
import { writeFile } from 'node:fs/promises'
import path from 'node:path'
import { promisify } from 'node:util'

const run = promisify(execFile)
const COMPILERS = ['cc', 'gcc', 'clang']

/** What lg measured; times in microseconds. See load/lg.c. */
export interface Measurement {
  offered: number
  rps: number
  mean: number
  p50: number
  p95: number
  p99: number
  p999: number
  max: number
  errs: number
  bad: number
  busy: number
}

export interface Load {
  /** The file of requests; see `writeRequests`. */
  requests: string
  ports: readonly number[]
  connections: number
  seconds: number
  warmUpSeconds: number
  /** Requests per second offered, open loop; null: closed loop. */
  rate: number | null
}

/** The compiled load generator. */
export class LoadGenerator {
  private readonly binary: string
  private readonly folder: string
  private files = 0

  private constructor(binary: string, folder: string) {
    this.binary = binary
    this.folder = folder
  }

  /** Compiles load/lg.c into `folder`. Throws when the machine has no C compiler. */
  static async compile(folder: string): Promise<LoadGenerator> {
    if (process.platform !== 'linux') throw new Error('The load generator needs Linux (epoll): run the bench there')
    const compiler = COMPILERS.find((name) => isOnPath(name))
    if (compiler === undefined)
      throw new Error(`The load generator is written in C and no compiler is on PATH (${COMPILERS.join(', ')})`)
    const binary = path.join(folder, 'lg')
    await run(compiler, ['-O2', '-o', binary, path.join(import.meta.dirname, '../load/lg.c'), '-lm'])
    return new LoadGenerator(binary, folder)
  }

  /** Writes requests for lg to replay; returns the file. */
  async writeRequests(requests: readonly Buffer[]): Promise<string> {
    const file = path.join(this.folder, `requests-${this.files++}`)
    await writeFile(file, Buffer.concat(requests.flatMap((bytes) => [Buffer.from(`${bytes.length}\n`), bytes])))
    return file
  }

  /** Rejects when a reply was not what it should be: such a figure means nothing. */
  async measure({ requests, ports, connections, seconds, warmUpSeconds, rate }: Load): Promise<Measurement> {
    const fixed = ['-f', requests, '-p', ports.join(','), '-c', connections, '-d', seconds, '-w', warmUpSeconds]
    const { stdout } = await run(this.binary, [...fixed, ...(rate === null ? [] : ['-r', rate])].map(String))
    const measurement: Measurement = JSON.parse(stdout)
    if (measurement.bad > 0 || measurement.errs > 0)
      throw new Error(`${measurement.bad} replies were errors and ${measurement.errs} connections broke: ${stdout}`)
    return measurement
  }
}

function isOnPath(name: string): boolean {
  return (process.env.PATH ?? '').split(path.delimiter).some((folder) => existsSync(path.join(folder, name)))
}
