import { cpSync, rmSync } from 'node:fs'
import path from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { waitUntil } from '@freshet/scripts/processes/wait-until'
import { startRedis, type ThrowawayRedis } from '@freshet/testing/redis'
import type { Undo } from '@freshet/testing/undo'
import { Redis } from 'ioredis'
import { RedisLink } from '../proxy/redis-link.ts'

const APPEND_ONLY_FILES = 'appendonlydir'
const OLD_COPY = 'appendonlydir.old'

/** Two Redis servers, one following the other through a link of its own, and all links that lead to the first. */
export class RedisPair {
  private primary: ThrowawayRedis
  private replica: ThrowawayRedis
  /** The replica's way to the primary. */
  private readonly replication: RedisLink
  private readonly links: RedisLink[] = []

  private constructor(primary: ThrowawayRedis, replica: ThrowawayRedis, replication: RedisLink) {
    this.primary = primary
    this.replica = replica
    this.replication = replication
  }

  static async start(undo: Undo): Promise<RedisPair> {
    const start = async () => undo.add(await startRedis({ appendonly: true }), (server) => server.stop())
    const primary = await start()
    const replica = await start()
    const replication = undo.add(await RedisLink.open(primary.port), (link) => link.close())
    const pair = new RedisPair(primary, replica, replication)
    // A replica that comes back is sent everything at once, not after five seconds in which others might come too.
    for (const server of [primary, replica])
      await ask(server, (redis) => redis.config('SET', 'repl-diskless-sync-delay', 0))
    // Before any traffic: a first replica changes the replication's id, and with it the log's generation.
    await pair.follow()
    return pair
  }

  /** A new way to whichever server is primary. */
  async link(): Promise<RedisLink> {
    const link = await RedisLink.open(this.primary.port)
    this.links.push(link)
    return link
  }

  /** Asks the primary, past all links. */
  ask<T>(question: (redis: Redis) => Promise<T>): Promise<T> {
    return ask(this.primary, question)
  }

  pause(): void {
    this.primary.kill('SIGSTOP')
  }

  resume(): void {
    this.primary.kill('SIGCONT')
  }

  /** SIGKILL, and up again with its append-only file. */
  async crash(): Promise<void> {
    this.primary.kill('SIGKILL')
    await this.restart(this.primary)
  }

  /** SIGKILL, and up again with nothing. */
  async crashAndForget(): Promise<void> {
    const folder = await this.folder()
    this.primary.kill('SIGKILL')
    await gone(this.primary.pid)
    rmSync(path.join(folder, APPEND_ONLY_FILES), { recursive: true, force: true })
    await this.restart(this.primary)
  }

  /** Keeps a copy of the append-only file, to be restored later. */
  async copyAside(): Promise<void> {
    const folder = await this.folder()
    rmSync(path.join(folder, OLD_COPY), { recursive: true, force: true })
    cpSync(path.join(folder, APPEND_ONLY_FILES), path.join(folder, OLD_COPY), { recursive: true })
  }

  /** SIGKILL, and up again from the copy: all that was written since is lost. */
  async crashToOldCopy(): Promise<void> {
    const folder = await this.folder()
    this.primary.kill('SIGKILL')
    await gone(this.primary.pid)
    rmSync(path.join(folder, APPEND_ONLY_FILES), { recursive: true, force: true })
    cpSync(path.join(folder, OLD_COPY), path.join(folder, APPEND_ONLY_FILES), { recursive: true })
    await this.restart(this.primary)
  }

  /** From now on the replica hears nothing. */
  holdReplication(): void {
    this.replication.rule('*', 'replies', 'hold')
  }

  /** Kills the primary, makes the replica primary with what it had, and leads everybody there. */
  async failOver(): Promise<void> {
    const [old, promoted] = [this.primary, this.replica]
    old.kill('SIGKILL')
    await gone(old.pid)
    await ask(promoted, (redis) => redis.replicaof('NO', 'ONE'))
    this.primary = promoted
    this.replica = old
    for (const link of this.links) link.retarget(promoted.port)
  }

  /** Brings the killed server back as the replica of the other. */
  async rejoin(): Promise<void> {
    await this.restart(this.replica)
    await ask(this.primary, (redis) => redis.config('SET', 'repl-diskless-sync-delay', 0))
    this.replication.reopen()
    this.replication.retarget(this.primary.port)
    await this.follow()
  }

  /** A link that tries again and again to reach a port of its own machine may in the end hold that port itself. */
  private async restart(server: ThrowawayRedis): Promise<void> {
    const again = () => {
      for (const link of this.links) link.cut()
      return server.restart()
    }
    await server.restart().catch(again)
  }

  private async follow(): Promise<void> {
    await ask(this.replica, (redis) => redis.replicaof('127.0.0.1', this.replication.port))
    const isFollowing = async () =>
      (await ask(this.replica, (redis) => redis.info('replication'))).includes('master_link_status:up')
    if (!(await waitUntil(isFollowing, { timeoutMs: 10_000 }))) throw new Error('the replica does not follow')
  }

  private async folder(): Promise<string> {
    const [, folder = ''] = (await this.ask((redis) => redis.config('GET', 'dir'))) as string[]
    return folder
  }
}

async function ask<T>(server: ThrowawayRedis, question: (redis: Redis) => Promise<T>): Promise<T> {
  const redis = new Redis(server.url, { protocol: 2 })
  redis.on('error', () => {})
  try {
    return await question(redis)
  } finally {
    redis.disconnect()
  }
}

async function gone(pid: number): Promise<void> {
  const isGone = () => {
    try {
      process.kill(pid, 0)
      return false
    } catch {
      return true
    }
  }
  while (!isGone()) await sleep(2)
}
