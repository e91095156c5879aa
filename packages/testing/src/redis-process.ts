import { readFileSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { CHECKOUT } from '@freshet/scripts/platform/checkout'
import { isPortFree } from '@freshet/scripts/processes/ports'
import { type Service, startService } from '@freshet/scripts/processes/service'
import { waitUntil } from '@freshet/scripts/processes/wait-until'
import { requireRedis } from '@freshet/scripts/provision/redis'
import { tailOf } from '@freshet/scripts/terminal/log-tail'
import { Redis, type RedisOptions } from 'ioredis'
import type { CertificateFiles } from './redis-certificates.ts'

/** One server or sentinel of a topology. */
export interface RedisProcess {
  name: string
  /** Without TLS: the test's own way there. */
  port: number
  /** Where clients and the rest of the topology reach it: its TLS port when it has one. */
  reachedAt: number
  /** Of the running process; changes with `restart()`. */
  readonly pid: number
  /** Signals it without waiting: SIGKILL for a crash, SIGSTOP and SIGCONT for a hang. */
  kill(signal: NodeJS.Signals): void
  /** Asks it by a connection of the question's own, in RESP2. */
  ask<T>(question: (redis: Redis) => Promise<T>): Promise<T>
  /** Starts it again on the same port, data and configuration, as the topology rewrote it meanwhile. */
  restart(): Promise<void>
  stop(): Promise<void>
}

export interface RedisProcessOptions {
  name: string
  port: number
  /** Its own: configuration, data and log lie there. */
  folder: string
  /** Of redis.conf or sentinel.conf, after those that every process has. */
  lines: readonly string[]
  kind?: 'server' | 'sentinel'
  /** Serves TLS on a port of its own, and speaks it with the rest of the topology. */
  tls?: { port: number; files: CertificateFiles }
  /** How `ask` connects, besides host and port. */
  access?: RedisOptions
}

const PATIENCE_MS = 60_000

/** Starts one process of a topology on loopback and waits until it is ready to accept connections. */
export async function startRedisProcess(options: RedisProcessOptions): Promise<RedisProcess> {
  const { name, port, folder, lines, kind = 'server', tls, access } = options
  const binary = await requireRedis(path.join(CHECKOUT, '.freshet/tools'))
  // In a container, the servers of a topology would tell each other addresses that only the containers can reach.
  if (!('program' in binary)) throw new Error('A topology needs a redis-server on this machine, not a container')
  const configFile = path.join(folder, `${name}.conf`)
  const logFile = path.join(folder, `${name}.log`)
  // Once: Sentinel and REPLICAOF rewrite it, and a restart goes on with what they wrote.
  writeFileSync(
    configFile,
    [`port ${port}`, 'bind 127.0.0.1', `dir "${folder}"`, ...tlsLines(tls), ...lines, ''].join('\n'),
  )
  const start = async () => {
    const service = await startService({
      name,
      command: binary.program,
      args: [configFile, ...(kind === 'sentinel' ? ['--sentinel'] : [])],
      env: binary.libraryPath ? { ...process.env, LD_LIBRARY_PATH: binary.libraryPath } : process.env,
      cwd: folder,
      logFile,
      ownGroup: false,
      graceMs: 5_000,
    })
    const said = kind === 'sentinel' ? 'Sentinel ID is' : 'Ready to accept connections'
    const isReady = () => readFileSync(logFile, 'utf8').includes(said)
    if (await waitUntil(isReady, { timeoutMs: PATIENCE_MS, intervalMs: 5, signal: service.gone })) return service
    await service.stop()
    throw new Error(`${name} did not start on port ${port}; the end of its log:\n${tailOf(logFile)}`)
  }
  let service: Service = await start()
  const stop = async () => {
    service.signal('SIGCONT')
    await service.stop()
  }
  return {
    name,
    port,
    reachedAt: tls?.port ?? port,
    get pid() {
      return service.pid
    },
    kill: (signal) => service.signal(signal),
    ask: async (question) => {
      // It is asked what it is, also while it is a replica that loads; and a question to the dead must fail, not wait.
      const redis = new Redis({
        ...{ host: '127.0.0.1', port, protocol: 2, enableReadyCheck: false, retryStrategy: () => null },
        ...access,
      })
      redis.on('error', () => {})
      try {
        return await question(redis)
      } finally {
        redis.disconnect()
      }
    },
    restart: async () => {
      await stop()
      service = await start()
    },
    stop,
  }
}

function tlsLines(tls: RedisProcessOptions['tls']): string[] {
  if (!tls) return []
  const { port, files } = tls
  return [
    `tls-port ${port}`,
    'tls-replication yes',
    'tls-auth-clients no',
    `tls-cert-file "${files.serverCert}"`,
    `tls-key-file "${files.serverKey}"`,
    `tls-ca-cert-file "${files.ca}"`,
  ]
}

/**
 * That many different ports that are free, as are those 10,000 above them, where cluster nodes talk to each other. All of
 * them lie below what systems give to outgoing connections, one of which could take a port just before its server does.
 */
export async function topologyPorts(count: number): Promise<number[]> {
  const ports = new Set<number>()
  while (ports.size < count) {
    const port = 10_000 + Math.floor(Math.random() * 12_000)
    if ((await isPortFree(port)) && (await isPortFree(port + 10_000))) ports.add(port)
  }
  return [...ports]
}

/** Waits for what a topology does in its own time; rejects with what was waited for. */
export async function untilTopology(what: string, holds: () => Promise<boolean>, timeoutMs = PATIENCE_MS) {
  if (!(await waitUntil(() => holds().catch(() => false), { timeoutMs })))
    throw new Error(`waited ${timeoutMs} ms for ${what}`)
}
