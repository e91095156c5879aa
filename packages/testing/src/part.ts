import path from 'node:path'
import type { ServicePlan } from '@freshet/scripts/platform/service-specs'
import { startHttpService } from '@freshet/scripts/processes/http-service'
import type { Service } from '@freshet/scripts/processes/service'

/** One of the product's own processes. */
export interface Part {
  url: string
  readonly pid: number
  /** Of the run before the last restart, *.previous.log lies beside it. */
  readonly logFile: string
  /** True when it ended although nobody ended it. */
  readonly fell: boolean
  kill(signal: NodeJS.Signals): void
  /** Starts it again where it was; resolves when it says that it is ready. */
  restart(): Promise<void>
  stop(): Promise<void>
}

/**
 * Starts a process and waits until it is ready.
 * @param folder where its log goes, under the plan's name.
 */
export async function startPart({ readyUrl, ...plan }: ServicePlan, url: string, folder: string): Promise<Part> {
  const spec = { ...plan, logFile: path.join(folder, `${plan.name}.log`) }
  let fell = false
  let ending = false
  const start = async () => {
    ending = false
    const started = await startHttpService(spec, readyUrl)
    void started.exited.then(() => {
      if (!ending) fell = true
    })
    return started
  }
  let service: Service = await start()
  const stop = async () => {
    ending = true
    service.signal('SIGCONT')
    await service.stop()
  }
  return {
    url,
    get pid() {
      return service.pid
    },
    logFile: spec.logFile,
    get fell() {
      return fell
    },
    kill: (signal) => {
      if (signal === 'SIGKILL') ending = true
      service.signal(signal)
    },
    restart: async () => {
      await stop()
      service = await start()
    },
    stop,
  }
}
