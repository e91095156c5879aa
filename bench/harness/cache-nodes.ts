import { execFile } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import path from 'node:path'
import { promisify } from 'node:util'
import { CHECKOUT } from '@freshet/scripts/platform/checkout'
import { startHttpService } from '@freshet/scripts/processes/http-service'
import { freePort } from '@freshet/scripts/processes/ports'
import { scratchFolder } from '@freshet/testing/scratch-folder'
import { PLENTY_PER_SECOND, type Policy, publishControl } from './publish-control.ts'

const NODE_FOLDER = path.join(CHECKOUT, 'apps/cache-node')

/** A cache-node in a process of its own. */
export interface CacheNode {
  readonly name: string
  readonly url: string
  readonly port: number
  readonly pid: number
  signal(signal: NodeJS.Signals): void
  stop(): Promise<void>
}

/** One installation of Freshet: its secret, its API key, its policies, and the nodes that were started in it. */
export class CacheNodes {
  /** `Authorization` of a key that may do anything. */
  readonly authorization: string
  readonly secret: string
  private readonly redisUrl: string
  private readonly scratch = scratchFolder('nodes')
  private readonly nodes: CacheNode[] = []

  private constructor(redisUrl: string, secret: string, token: string) {
    this.redisUrl = redisUrl
    this.secret = secret
    this.authorization = `Bearer ${token}`
  }

  /** Builds the cache-node and publishes the policies. */
  static async open(redisUrl: string, policies: readonly Policy[] = []): Promise<CacheNodes> {
    await promisify(execFile)('node', ['../../scripts/bundle.mjs', 'src/main.ts'], { cwd: NODE_FOLDER })
    const secret = randomBytes(32).toString('base64url')
    return new CacheNodes(redisUrl, secret, await publishControl(redisUrl, secret, policies))
  }

  /** Starts a node with everything on and waits until it is ready. `settings` are environment variables. */
  async start(name: string, settings: Readonly<Record<string, string>> = {}): Promise<CacheNode> {
    const port = await freePort()
    const url = `http://127.0.0.1:${port}`
    const spec = {
      name,
      command: process.execPath,
      args: [path.join(NODE_FOLDER, 'dist/main.js')],
      cwd: NODE_FOLDER,
      env: {
        ...process.env,
        FRESHET_SECRET: this.secret,
        FRESHET_NODE_ID: name,
        FRESHET_NODE_PORT: String(port),
        FRESHET_ORIGIN_ALLOW: '127.0.0.0/8',
        FRESHET_RATE_READ: String(PLENTY_PER_SECOND),
        FRESHET_RATE_WRITE: String(PLENTY_PER_SECOND),
        FRESHET_RATE_INVALIDATE: String(PLENTY_PER_SECOND),
        LOG_LEVEL: 'error',
        REDIS_URL: this.redisUrl,
        ...settings,
      },
      logFile: path.join(this.scratch.folder, `${name}.log`),
      // Ctrl-C in the terminal ends them with the benchmark, however it ends.
      ownGroup: false,
    }
    const service = await startHttpService(spec, `${url}/readyz`)
    const node = { name, url, port, pid: service.pid, signal: service.signal, stop: service.stop }
    this.nodes.push(node)
    return node
  }

  async close(): Promise<void> {
    // One that was stopped by a signal would not hear that it should end.
    for (const node of this.nodes) node.signal('SIGCONT')
    await Promise.all(this.nodes.map((node) => node.stop()))
    this.scratch.remove()
  }
}
