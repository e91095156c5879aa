import type { Version } from '@freshet/core/coherence/version'
import type { PeerCounters } from '@freshet/core/contracts/node-metrics'
import { AppError } from '@freshet/core/errors/app-error'
import type { PeerTier } from '@freshet/core/tiers/peer-tier'
import type { ReadMode, ReadResult } from '@freshet/core/tiers/read-result'
import { BINARY_MEDIA_TYPE } from '../http/batch/binary-layout.ts'
import { MAX_BATCH_KEYS } from '../http/batch/items.ts'
import { BATCH_PATH } from './batch/batch-layout.ts'
import { readBatchReply } from './batch/read-batch-reply.ts'
import { writeBatchRequest } from './batch/write-batch-request.ts'
import { FORWARDED_HEADER, formatForwarded } from './forwarded-header.ts'
import { pathOfKey } from './key-path.ts'
import { isOverloaded } from './load-bound.ts'
import type { PeerDirectory } from './peer-directory.ts'
import { PeerLink, type PeerLinkOptions } from './peer-link.ts'
import { readAnswer } from './read-answer.ts'
import { unavailable } from './unavailable.ts'

export interface HttpPeersOptions extends PeerLinkOptions {
  directory: PeerDirectory
  /** access/internal-token.ts */
  internalToken: string
  maxValueBytes: number
  maxBatchBytes: number
  counters: Omit<PeerCounters, 'served'>
  /** How long a load of the key may take where it is owned, milliseconds. */
  loadLimitMs: (key: string) => number
}

/** The owner and one who takes its place: a third would rarely know more than this node, and costs a reader time. */
const MAX_OTHERS = 2
/** Beside a value: its record's head (entry-codec: two bytes of length). */
const HEAD_BYTES = 65_536
/** For everything at the owner that is not a load: catching up, L2, the way here and back. */
const MARGIN_MS = 1_000
const NOBODY: readonly string[] = []

/** Asks other nodes over HTTP, one connection pool for each. */
export class HttpPeers implements PeerTier {
  private readonly options: HttpPeersOptions
  private readonly authorization: string
  private readonly links = new Map<string, PeerLink>()
  private inFlight = 0

  constructor(options: HttpPeersOptions) {
    this.options = options
    this.authorization = `Bearer ${options.internalToken}`
    options.directory.onChange(() => this.dropLeavers())
  }

  readonly owns = (key: string): boolean => this.options.directory.owns(key)

  /** Skips nodes that were silent a moment ago, and those that this node has asked far more of than of others. */
  readonly routeOf = (key: string): readonly string[] => {
    const { directory, counters } = this.options
    if (directory.owns(key)) return NOBODY
    const route: string[] = []
    for (const { id } of directory.preferenceOf(key, MAX_OTHERS + 1)) {
      if (id === directory.selfId || route.length === MAX_OTHERS) break
      const link = this.linkTo(id)
      if (link?.isUsable && !this.isOverloaded(link)) route.push(id)
      else {
        counters.asked++
        counters.refused++
      }
    }
    return route
  }

  async ask(node: string, key: string, mode: ReadMode, position: Version): Promise<ReadResult> {
    const { maxValueBytes, loadLimitMs } = this.options
    const request = {
      method: 'GET',
      path: pathOfKey(key),
      headers: this.headersFor({ position, to: node, mode }),
    } as const
    // Behind a load that is running one more may have to be waited for (rule joinCheck).
    const patienceMs = 2 * loadLimitMs(key) + MARGIN_MS
    return this.counted(node, 1, async (link) =>
      readAnswer(await link.send(request, maxValueBytes + HEAD_BYTES, patienceMs)),
    )
  }

  async askMany(node: string, keys: readonly string[], position: Version): Promise<(ReadResult | AppError)[]> {
    const headers = [...this.headersFor({ position, to: node, mode: 'normal' }), 'content-type', BINARY_MEDIA_TYPE]
    return this.counted(node, keys.length, async (link) => {
      const answers = new Map<string, ReadResult | AppError>()
      // A reply carries as many values as its limit allows, and at least one.
      for (let left = [...keys]; left.length > 0; left = left.filter((key) => !answers.has(key))) {
        const before = answers.size
        const replies = await this.askBatch(link, left.slice(0, MAX_BATCH_KEYS), headers)
        for (const [key, answer] of replies) answers.set(key, answer)
        if (answers.size === before) throw unavailable('unreadable', `The node ${node} answered for none of the keys`)
      }
      return keys.map((key) => answers.get(key) ?? unavailable('unreadable', `The node ${node} left the key out`))
    })
  }

  /** Cuts all connections. */
  destroy(): void {
    for (const link of this.links.values()) link.destroy()
    this.links.clear()
  }

  private async askBatch(link: PeerLink, keys: readonly string[], headers: string[]) {
    const { maxBatchBytes, maxValueBytes, loadLimitMs } = this.options
    const request = { method: 'POST', path: BATCH_PATH, headers, body: writeBatchRequest(keys) } as const
    const maxBytes = maxBatchBytes + maxValueBytes + keys.length * HEAD_BYTES
    const patienceMs = 2 * Math.max(...keys.map(loadLimitMs)) + MARGIN_MS
    return readBatchReply(keys, await link.send(request, maxBytes, patienceMs))
  }

  private async counted<T>(node: string, keys: number, ask: (link: PeerLink) => Promise<T>): Promise<T> {
    const { counters } = this.options
    counters.asked += keys
    const link = this.linkTo(node)
    if (!link?.isUsable) {
      counters.refused += keys
      throw unavailable('unreachable', `The node ${node} left, or did not answer a moment ago`)
    }
    this.inFlight++
    try {
      const answer = await ask(link)
      counters.answered += keys
      return answer
    } catch (error) {
      const isUnavailable = error instanceof AppError && error.code === 'peer_unavailable'
      counters[isUnavailable ? 'unavailable' : 'answered'] += keys
      throw error
    } finally {
      this.inFlight--
    }
  }

  private headersFor(forwarded: Parameters<typeof formatForwarded>[0]): string[] {
    return ['authorization', this.authorization, FORWARDED_HEADER, formatForwarded(forwarded)]
  }

  /** A node that came back under its name is another process, about which nothing is known. */
  private linkTo(id: string): PeerLink | undefined {
    const address = this.options.directory.find(id)
    const known = this.links.get(id)
    if (address === undefined || known?.address.incarnation === address.incarnation) return known
    known?.retire()
    const link = new PeerLink(address, this.options)
    this.links.set(id, link)
    return link
  }

  private dropLeavers(): void {
    for (const [id, link] of this.links) {
      if (this.options.directory.find(id)?.incarnation === link.address.incarnation) continue
      link.retire()
      this.links.delete(id)
    }
  }

  private isOverloaded({ inFlight }: PeerLink): boolean {
    return isOverloaded(inFlight, this.inFlight, this.links.size)
  }
}
