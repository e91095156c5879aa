import path from 'node:path'
import { CHECKOUT } from '@freshet/scripts/platform/checkout'
import { freePort } from '@freshet/scripts/processes/ports'
import { requireRedis } from '@freshet/scripts/provision/redis'
import { type RedisServer, startRedisServer } from '@freshet/scripts/provision/redis-server'
import { scratchFolder } from './scratch-folder.ts'

interface RedisOptions {
  /** A free one by default. */
  port?: number
  /** Whether data survives `restart()`; false by default. */
  appendonly?: boolean
}

export interface ThrowawayRedis {
  url: string
  port: number
  /** Of the running server; changes with `restart()`. */
  readonly pid: number
  /** Signals the server without waiting: SIGKILL for a crash, SIGSTOP and SIGCONT for a hang. */
  kill(signal: NodeJS.Signals): void
  /** Starts it again on the same port and data, whether it was killed before or not. Resolves when it answers. */
  restart(): Promise<void>
  /** Stops it and deletes its data. */
  stop(): Promise<void>
}

/** A real Redis of the test's own (about 20 ms): what it holds and publishes is seen by nobody else. */
export async function startRedis({ port, appendonly = false }: RedisOptions = {}): Promise<ThrowawayRedis> {
  const scratch = scratchFolder('redis')
  const binary = await requireRedis(path.join(CHECKOUT, '.freshet/tools'))
  let chosenPort = port ?? 0
  const start = () =>
    startRedisServer({
      binary,
      port: chosenPort,
      dataDir: scratch.folder,
      logFile: path.join(scratch.folder, 'redis.log'),
      appendOnly: appendonly,
      ownGroup: false,
    })
  const startOnFreePort = async () => {
    chosenPort = await freePort()
    return start()
  }
  // A port that was free a moment ago may be somebody's own by now: then another is taken.
  let server: RedisServer
  try {
    server = await (port ? start() : startOnFreePort().catch(startOnFreePort))
  } catch (error) {
    scratch.remove()
    throw error
  }
  return {
    url: server.url,
    port: chosenPort,
    get pid() {
      return server.pid
    },
    kill: (signal) => server.signal(signal),
    restart: async () => {
      server.signal('SIGCONT')
      await server.stop()
      server = await start()
    },
    stop: async () => {
      server.signal('SIGCONT')
      await server.stop()
      scratch.remove()
    },
  }
}
