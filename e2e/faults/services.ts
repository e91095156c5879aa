import { execFile } from 'node:child_process'
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
import { freePorts } from '@freshet/scripts/processes/ports'
import { type Part, startPart } from '@freshet/testing/part'
import { together, type Undo } from '@freshet/testing/undo'

const SECRET = 'the secret of a platform whose parts are killed'
export const PASSWORD = 'a password for the fault tests'

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
    start(alone(nodePlan(0, around)), first),
    start(alone(nodePlan(1, around)), second),
    start(workerPlan(around), `http://127.0.0.1:${worker}`),
    start(portalPlan(around), portalUrl(around)),
  ])
  return { nodes: [a, b], worker: work, portal: site, apiKey, email }
}

/** What each node still answers from its own memory is asked here, so neither leaves it to the other to keep a value. */
function alone(plan: ServicePlan): ServicePlan {
  return { ...plan, env: { ...plan.env, FRESHET_RING: 'off' } }
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
