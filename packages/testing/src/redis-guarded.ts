import { type CertificateFiles, writeCertificates } from './redis-certificates.ts'
import { type RedisProcess, startRedisProcess, topologyPorts } from './redis-process.ts'
import { scratchFolder } from './scratch-folder.ts'

export interface GuardedRedisOptions {
  /** Lines of `ACL SETUSER`, without the command: `freshet on >secret ~* +@all`. */
  users?: readonly string[]
  /** Whether clients must show a certificate of the authority; false by default. */
  clientCertificates?: boolean
}

export interface GuardedRedis {
  server: RedisProcess
  /** Of its TLS side. */
  host: string
  port: number
  files: CertificateFiles
  stop(): Promise<void>
}

/**
 * A real Redis of the test's own that speaks TLS and knows users. Its certificate is of an authority that nobody trusts who
 * was not told `files.ca`, for `redis.test`, `localhost` and 127.0.0.1. Without TLS, by `server.ask`, it is the test's.
 */
export async function startGuardedRedis(options: GuardedRedisOptions = {}): Promise<GuardedRedis> {
  const { users = [], clientCertificates = false } = options
  const scratch = scratchFolder('redis-guarded')
  const files = writeCertificates(scratch.folder)
  const [port = 0, tlsPort = 0] = await topologyPorts(2)
  const lines = [
    'save ""',
    'maxmemory-policy noeviction',
    `tls-auth-clients ${clientCertificates ? 'yes' : 'no'}`,
    ...users.map((user) => `user ${user}`),
  ]
  try {
    const tls = { port: tlsPort, files }
    const server = await startRedisProcess({ name: 'server', port, folder: scratch.folder, lines, tls })
    const stop = async () => {
      await server.stop()
      scratch.remove()
    }
    return { server, host: '127.0.0.1', port: tlsPort, files, stop }
  } catch (error) {
    scratch.remove()
    throw error
  }
}
