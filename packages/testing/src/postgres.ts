import path from 'node:path'
import { freePort } from '@freshet/scripts/processes/ports'
import { packagedPostgres } from '@freshet/scripts/provision/postgres-binaries'
import { placePostgres } from '@freshet/scripts/provision/postgres-place'
import { type PostgresServer, startPostgresServer } from '@freshet/scripts/provision/postgres-server'
import { scratchFolder } from './scratch-folder.ts'

export interface ThrowawayPostgres {
  /** Of its database `postgres`, for administration; tests make their own by `createDatabase`. */
  url: string
  port: number
  /** Of the running server; changes with `restart()`. */
  readonly pid: number
  /** Signals the server without waiting: SIGKILL for a crash, SIGSTOP and SIGCONT for a hang. */
  kill(signal: NodeJS.Signals): void
  /** Starts it again on the same port and data. Resolves when it answers. */
  restart(): Promise<void>
  /** Stops it and deletes its data. */
  stop(): Promise<void>
}

/**
 * A real PostgreSQL of the test's own (about 1 s). For a database alone, use `createDatabase`: it shares one server.
 * A crash of the process keeps what was committed; durability against a power cut is switched off for speed.
 */
export async function startPostgres({ port }: { port?: number } = {}): Promise<ThrowawayPostgres> {
  const scratch = scratchFolder('postgres')
  const chosenPort = port ?? (await freePort())
  const place = placePostgres(await packagedPostgres(), scratch.folder)
  const start = () =>
    startPostgresServer({
      place,
      port: chosenPort,
      password: 'throwaway',
      database: 'postgres',
      logFile: path.join(scratch.folder, 'postgres.log'),
      durable: false,
      ownGroup: false,
    })
  let server: PostgresServer = await start()
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
