import { setTimeout as sleep } from 'node:timers/promises'
import { type Answer, describeAnswer, isFresh, isFreshHit } from '@freshet/testing/answer'
import type { NodeClient } from '@freshet/testing/node-client'
import type { Source } from './source/source.ts'

const KEYS = Array.from({ length: 8 }, (_, i) => `fact:${i}`)
/** Per node. */
const READERS = 4
/** Between an answer and the reader's next request, and between two bursts of the writer, milliseconds. */
const PAUSE_MS = 5
const BURST = 4
/** See source/main.ts. */
const LONGEST_LOAD_MS = 25
/** Without waiting for acknowledgements, another node knows of an invalidation once this has passed: its lease. */
const LEASE_MS = 2_000
const HISTORY = 40

interface Bump {
  n: number
  /** When the invalidation was acknowledged. */
  atMs: number
}

/**
 * The promise, checked from outside: a writer commits n+1 at the source, deletes the key through node A and, told 204,
 * knows that from now on A answers n+1 or more, and B does once a lease has passed. Readers take that floor *before* they
 * send. All of it in one process, so that one clock orders everything.
 */
export class CoherenceCheck {
  /** Each with the key's last events before it. */
  readonly violations: string[] = []
  /** When invalidations were acknowledged. */
  readonly acknowledgedAtMs: number[] = []
  /** When reads were sent that were answered fresh from cache. */
  readonly freshHitsAtMs: number[] = []
  private readonly source: Source
  private readonly nodes: readonly [NodeClient, NodeClient]
  private readonly bumps = new Map<string, Bump[]>(KEYS.map((key) => [key, []]))
  private readonly history = new Map<string, string[]>(KEYS.map((key) => [key, []]))
  private running = true
  private loops: Promise<void>[] = []

  constructor(source: Source, nodes: readonly [NodeClient, NodeClient]) {
    this.source = source
    this.nodes = nodes
  }

  start(): void {
    const [a, b] = this.nodes
    const floorAtA = (key: string) => this.floor(key, performance.now())
    const floorAtB = (key: string) => this.floor(key, performance.now() - LEASE_MS)
    this.loops = [this.write(a)]
    for (let reader = 0; reader < READERS; reader++)
      this.loops.push(
        // A applied these invalidations itself: not even marked stale may it give an older value.
        this.read(a, floorAtA, isAnswered),
        this.read(b, floorAtB, isFresh),
      )
  }

  async stop(): Promise<void> {
    this.running = false
    await Promise.all(this.loops)
  }

  private floor(key: string, asOfMs: number): number {
    return this.bumps.get(key)?.findLast(({ atMs }) => atMs <= asOfMs)?.n ?? 0
  }

  /**
   * In bursts on one key: after each invalidation the readers' next load runs, and the next one must come while it does.
   * That is where a value's version, a joined load and a running fill can go wrong.
   */
  private async write(node: NodeClient): Promise<void> {
    for (let n = 0; this.running; await sleep(PAUSE_MS)) {
      const key = anyKey()
      for (let i = 0; i < BURST; i++) {
        await this.bump(key, ++n, node)
        await sleep(Math.random() * LONGEST_LOAD_MS)
      }
    }
  }

  private async bump(key: string, n: number, node: NodeClient): Promise<void> {
    try {
      await this.source.write(key.slice('fact:'.length), n)
    } catch {
      // The source is away: nothing was committed, so there is nothing to tell.
      return
    }
    const answer = await node.request('DELETE', key)
    if (answer.status === 204) {
      this.acknowledgedAtMs.push(answer.answeredMs)
      this.bumps.get(key)?.push({ n, atMs: answer.answeredMs })
    }
    this.note(key, `wrote ${n}: ${describe(answer)}`)
  }

  private async read(
    node: NodeClient,
    floorOf: (key: string) => number,
    counts: (a: Answer) => boolean,
  ): Promise<void> {
    while (this.running) {
      const key = anyKey()
      const floor = floorOf(key)
      const answer = await node.request('GET', key)
      this.note(key, describe(answer))
      if (isFreshHit(answer)) this.freshHitsAtMs.push(answer.sentMs)
      if (counts(answer) && rowIn(answer) < floor)
        this.violations.push(
          [`${describe(answer)} although ${floor} was promised`, ...(this.history.get(key) ?? [])].join('\n    '),
        )
      await sleep(PAUSE_MS)
    }
  }

  private note(key: string, event: string): void {
    const events = this.history.get(key)
    events?.push(event)
    if (events && events.length > HISTORY) events.shift()
  }
}

function anyKey(): string {
  return KEYS[Math.floor(Math.random() * KEYS.length)] ?? ''
}

/** Marked or not. */
function isAnswered({ status, code }: Answer): boolean {
  return status === 200 || code === 'absent_at_origin'
}

/** Rows begin at 1: one that is said to be absent is older than any. */
function rowIn({ status, body }: Answer): number {
  return status === 200 ? Number(body) : 0
}

function describe(answer: Answer): string {
  const moments = `${answer.sentMs.toFixed(1)} to ${answer.answeredMs.toFixed(1)}`
  return `${moments}: ${describeAnswer(answer)} ${answer.version} "${answer.body.slice(0, 20)}"`
}
