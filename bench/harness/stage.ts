import { execFile } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import path from 'node:path'
import { promisify } from 'node:util'
import { CHECKOUT } from '@freshet/scripts/platform/checkout'
import { freePort } from '@freshet/scripts/processes/ports'
import { startRedis, type ThrowawayRedis } from '@freshet/testing/redis'
import { scratchFolder } from '@freshet/testing/scratch-folder'
import { LoadGenerator } from './load-generator.ts'
import { PLENTY_PER_SECOND, type Policies, publishKey } from './publish-key.ts'
import { type ServerProcess, startServer } from './server-process.ts'

const NODE_FOLDER = path.join(CHECKOUT, 'apps/cache-node')

/** Everything a benchmark needs around it: a Redis of its own, an API key, the load generator, server processes. */
export class Stage {
  readonly generator: LoadGenerator
  /** `Authorization` of a key that may read and write everything, with a rate limit. */
  readonly authorization: string
  private readonly redis: ThrowawayRedis
  private readonly scratch: ReturnType<typeof scratchFolder>
  private readonly secret: string
  private readonly servers: ServerProcess[] = []

  private constructor(
    generator: LoadGenerator,
    redis: ThrowawayRedis,
    scratch: ReturnType<typeof scratchFolder>,
    credentials: { secret: string; token: string },
  ) {
    this.generator = generator
    this.redis = redis
    this.scratch = scratch
    this.secret = credentials.secret
    this.authorization = `Bearer ${credentials.token}`
  }

  /** Compiles the load generator, builds the cache-node and starts Redis. */
  static async open(policies: Policies = []): Promise<Stage> {
    const scratch = scratchFolder('bench')
    const generator = await LoadGenerator.compile(scratch.folder)
    await promisify(execFile)('node', ['../../scripts/bundle.mjs', 'src/main.ts'], { cwd: NODE_FOLDER })
    const redis = await startRedis()
    const secret = randomBytes(32).toString('base64url')
    const token = await publishKey(redis.url, secret, policies)
    return new Stage(generator, redis, scratch, { secret, token })
  }

  /** For those who put something between it and the servers. */
  get redisPort(): number {
    return this.redis.port
  }

  startBare(name: string): Promise<ServerProcess> {
    return this.start(name, ['servers/bare-echo.ts'], {}, '/ready')
  }

  startFastifyRedis(name: string): Promise<ServerProcess> {
    return this.start(name, ['servers/fastify-redis.ts'], {}, '/ready')
  }

  /** A cache-node with everything on: credentials, rate limits, metrics, freshness, the log followed. */
  startNode(name: string, settings: Readonly<Record<string, string>> = {}): Promise<ServerProcess> {
    const env = {
      FRESHET_SECRET: this.secret,
      FRESHET_NODE_ID: name.replaceAll(/[^a-z0-9]+/gi, '-'),
      FRESHET_RATE_READ: String(PLENTY_PER_SECOND),
      FRESHET_RATE_WRITE: String(PLENTY_PER_SECOND),
      LOG_LEVEL: 'error',
      // Alone, each, unless a scenario is about the ring: they share a Redis.
      FRESHET_RING: 'off',
      ...settings,
    }
    return this.start(name, [path.join(NODE_FOLDER, 'dist/main.js')], env, '/readyz')
  }

  async close(): Promise<void> {
    await Promise.all(this.servers.map((server) => server.stop()))
    await this.redis.stop()
    this.scratch.remove()
  }

  private async start(
    name: string,
    [script, ...args]: [string, ...string[]],
    settings: Readonly<Record<string, string>>,
    readyPath: string,
  ): Promise<ServerProcess> {
    const file = path.resolve(import.meta.dirname, '..', script)
    const loader = file.endsWith('.ts') ? ['--import', 'tsx'] : []
    const command: [string, ...string[]] = [process.execPath, ...loader, file, ...args]
    const launch = async () => {
      const port = await freePort()
      const env = { PORT: String(port), FRESHET_NODE_PORT: String(port), REDIS_URL: this.redis.url, ...settings }
      return startServer({ name, command, env, port, readyPath })
    }
    // A port that was free a moment ago may be some connection's own by now: then another is taken.
    const server = await launch().catch((error: Error) => {
      if (!error.message.includes('EADDRINUSE')) throw error
      return launch()
    })
    this.servers.push(server)
    return server
  }
}
