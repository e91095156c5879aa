import type { Finding } from '@freshet/core/contracts/findings'
import type { CheckReport, RedisChecks } from './redis-checks.ts'

/** Where findings are told; a pino logger is one. */
export interface FindingLog {
  error(facts: object, message: string): void
  warn(facts: object, message: string): void
  info(facts: object, message: string): void
}

export interface CheckWatchOptions {
  checks: Pick<RedisChecks, 'look' | 'fenceMs'>
  everyMs: number
  log: FindingLog
}

const TOLD_AS = { refuse: 'error', warn: 'warn', info: 'info' } as const

/**
 * Looks once before a process starts, and then again and again: replicas come and go, and operators change configurations.
 * Each finding is told when it appears and when it is gone, not with every look.
 */
export class CheckWatch {
  private readonly options: CheckWatchOptions
  private last: CheckReport
  private timer: NodeJS.Timeout | null = null

  private constructor(options: CheckWatchOptions, first: CheckReport) {
    this.options = options
    this.last = first
  }

  /** Rejects with an error that names every finding for which a process must not start here. */
  static async begin(options: CheckWatchOptions): Promise<CheckWatch> {
    const first = await options.checks.look()
    const watch = new CheckWatch(options, first)
    for (const finding of first.findings) watch.tell(finding)
    const refused = first.findings.filter(({ level }) => level === 'refuse')
    if (refused.length > 0) throw new Error(refusalOf(refused))
    options.log.info({ promises: first.promises }, 'what is promised on these servers')
    watch.timer = setInterval(() => void watch.lookAgain(), options.everyMs)
    watch.timer.unref()
    return watch
  }

  get report(): CheckReport {
    return this.last
  }

  /** The fence that the first look chose, milliseconds. */
  get fenceMs(): number {
    return this.options.checks.fenceMs
  }

  stop(): void {
    if (this.timer) clearInterval(this.timer)
  }

  private async lookAgain(): Promise<void> {
    const { checks, log } = this.options
    const before = this.last
    this.last = await checks.look()
    const isIn = ({ code }: Finding, { findings }: CheckReport) => findings.some((finding) => finding.code === code)
    for (const finding of this.last.findings) if (!isIn(finding, before)) this.tell(finding)
    for (const finding of before.findings)
      if (!isIn(finding, this.last)) log.info({ code: finding.code }, 'a finding of the checks is gone')
    const { promises } = this.last
    if (before.promises.partitionedPrimary.holds !== promises.partitionedPrimary.holds)
      log.info({ promises }, 'what is promised on these servers has changed')
  }

  private tell({ code, level, message, remedy }: Finding): void {
    this.options.log[TOLD_AS[level]]({ code, remedy }, message)
  }
}

function refusalOf(refused: readonly Finding[]): string {
  const lines = refused.map(({ code, message, remedy }) => `${code}: ${message}. ${remedy}.`)
  return `These servers are not fit for production:\n${lines.join('\n')}\nWhoever lives with one names its code in FRESHET_ACCEPTED_FINDINGS.`
}
