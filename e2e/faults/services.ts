import { execFile } from 'node:child_process'
import path from 'node:path'
import { promisify } from 'node:util'
import { CHECKOUT } from '@freshet/scripts/platform/checkout'
import { runProgram } from '@freshet/scripts/platform/program'
import {
  nodePlan,
  nodeUrls,
  portalPlan,
  portalUrl,
  type ServicePlan,
  type Surroundings,
  shared,
  workerPlan,
} from '@freshet/scripts/platform/service-specs'
import { startHttpService } from '@freshet/scripts/processes/http-service'
import { freePorts } from '@freshet/scripts/processes/ports'
import type { Service } from '@freshet/scripts/processes/service'
import { together, type Undo } from './undo.ts'

const SECRET = 'the secret of a platform whose parts are killed'
export const PASSWORD = 'a password for the fault tests'

/** One of the product's own processes. */
interface Part {
  url: string
  readonly pid: number
  /** True when it ended although nobody ended it. */
  readonly fell: boolean
  kill(signal: NodeJS.Signals): void
  /** Starts it again where it was; resolves when it says that it is ready. */
  restart(): Promise<void>
  stop(): Promise<void>
}

export interface Services {
  nodes: [Part, Part]
  worker: Part
  portal: Part
  /** Of an administrator. */
  apiKey: string
  email: string
}

/** Starts the product as it is built: migrated and seeded, two nodes, worker and portal, on free ports. */
export async function startServices(
  redisUrl: string,
  databaseUrl: string,
  folder: string,
  undo: Undo,
): Promise<Services> {
  const [portal = 0, worker = 0, origin = 0, ...node] = await freePorts(5)
  const around = { redisUrl, databaseUrl, secret: SECRET, dev: false, ports: { portal, worker, origin, node } }
  await run(process.execPath, ['packages/db/scripts/migrate.mjs'], CHECKOUT, {
    ...process.env,
    DATABASE_URL: databaseUrl,
  })
  const { apiKey, email } = await seed(around)
  const start = async (plan: ServicePlan, url: string) =>
    undo.add(await startPart(plan, url, folder), (part) => part.stop())
  const [first = '', second = ''] = nodeUrls(around)
  const [a, b, work, site] = await together([
    start(nodePlan(0, around), first),
    start(nodePlan(1, around), second),
    start(workerPlan(around), `http://127.0.0.1:${worker}`),
    start(portalPlan(around), portalUrl(around)),
  ])
  return { nodes: [a, b], worker: work, portal: site, apiKey, email }
}

async function startPart({ readyUrl, ...plan }: ServicePlan, url: string, folder: string): Promise<Part> {
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

async function seed(around: Surroundings): Promise<{ apiKey: string; email: string }> {
  const { command, args, cwd } = runProgram({ app: 'demo', entry: 'seed/main', dev: false, once: true })
  const env = { ...shared(around), DATABASE_URL: around.databaseUrl, DEMO_PASSWORD: PASSWORD }
  const output = await run(command, args, cwd, env)
  return JSON.parse(output.trimEnd().split('\n').at(-1) ?? '')
}

async function run(command: string, args: string[], cwd: string, env: NodeJS.ProcessEnv): Promise<string> {
  const { stdout } = await promisify(execFile)(command, args, { cwd, env })
  return stdout
}
