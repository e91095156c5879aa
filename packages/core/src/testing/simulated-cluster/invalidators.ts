import type { InvalidationMode, Reach } from '../../coherence/log-record.ts'
import { parseVersion } from '../../coherence/version.ts'
import type { Matchers, Wait } from '../../invalidation/invalidation.ts'
import type { Receipt } from '../../invalidation/receipt.ts'
import { toCommands } from '../../invalidation/to-commands.ts'
import { type Target, targetsOf } from './bounds.ts'
import type { Changes } from './changes.ts'
import type { Checker } from './checker.ts'
import { KEYS, type Key, NAMESPACES, PATTERNS, TAGS } from './rows.ts'
import type { SimulatedNode } from './simulated-node.ts'

/** What is said about an invalidation besides what it ends. */
export interface Manner {
  mode: InvalidationMode
  wait: Wait
  reach: Reach
}

const NOTHING: Matchers = { keys: [], tags: [], patterns: [], namespaces: [], all: false }

/** How long a client waits for an acknowledgement: sometimes not long enough. */
const LIMIT_MS = 600

/** Clients that change rows at the source, end what is cached of them, and rely on the acknowledgement. */
export class Invalidators {
  private readonly changes: Changes
  private readonly checker: Checker
  private made = 0

  constructor(changes: Changes, checker: Checker) {
    this.changes = changes
    this.checker = checker
  }

  /** One invalidation of some kind through a node. To be called at the node's process. */
  async invalidateSome(node: SimulatedNode): Promise<void> {
    const { random } = this.changes.world
    const manner: Manner = {
      mode: random.chance(0.3) ? 'soft' : 'hard',
      wait: random.pick(['all', 'all', 'all', 'local', 'none']),
      reach: random.chance(0.5) ? '*' : [random.pick(NAMESPACES), random.pick(NAMESPACES)],
    }
    await this.invalidate(node, this.drawMatchers(), manner)
  }

  /** Commits new states of some of the rows that it concerns, then ends them. Resolves to null when that was refused. */
  async invalidate(node: SimulatedNode, matchers: Matchers, manner: Manner): Promise<Receipt | null> {
    const { world, source } = this.changes
    const cause = { id: String(++this.made), actor: 'job:simulation', requestId: String(this.made) }
    const targets = toCommands(matchers, { ...manner, cause }).flatMap(targetsOf)
    for (const key of new Set(targets.map(({ key }) => key))) if (world.random.chance(0.7)) this.changes.touch(key)
    const ended = targets.map((target) => ({ target, n: source.row(target.key).n }))
    const said = tell(matchers, manner)
    const receipt = await this.changes.attempt(node, `end ${said}`, () =>
      node.invalidator.invalidate(matchers, { ...manner, cause, limitMs: LIMIT_MS }),
    )
    if (receipt === null) {
      if (manner.wait === 'all') world.tally.add('acknowledgement refused')
      return null
    }
    this.count(matchers, manner)
    const version = parseVersion(receipt.epoch ?? '')
    if (version === null) throw new Error('unreachable: what was appended has a version')
    for (const { target, n } of ended) node.knowledge.answered(version, target, n, manner.mode === 'hard')
    if (receipt.state === 'acknowledged') this.rely(ended, receipt)
    else if (manner.wait !== 'all') world.tally.add(`wait: ${manner.wait}`)
    else world.tally.add('acknowledgement late')
    return receipt
  }

  /** From now on no node serves as fresh what was there before. */
  private rely(ended: readonly { target: Target; n: number }[], { acknowledgedBy, epoch }: Receipt): void {
    const { world } = this.changes
    world.tally.add(acknowledgedBy === 'lease' ? 'acknowledged by lease' : 'acknowledged by members')
    world.note(() => `+++ ${epoch} is acknowledged by ${acknowledgedBy} +++`)
    for (const { target, n } of ended) this.checker.acknowledged.of(target.key).raise(target.tag, n)
  }

  private drawMatchers(): Matchers {
    const { random } = this.changes.world
    const roll = random.next()
    const keys: Key[] = [random.pick(KEYS), random.pick(KEYS)]
    if (roll < 0.4) return { ...NOTHING, keys: [...keys.slice(0, random.between(1, 2)), ...this.drawStrangers('r:')] }
    if (roll < 0.65) return { ...NOTHING, tags: [random.pick(TAGS), ...this.drawStrangers('t')] }
    if (roll < 0.82) return { ...NOTHING, patterns: [random.pick(PATTERNS)[0]] }
    if (roll < 0.92) return { ...NOTHING, namespaces: [random.pick(NAMESPACES)] }
    if (roll < 0.95) return { ...NOTHING, all: true }
    return { ...NOTHING, keys, tags: [random.pick(TAGS)], patterns: [random.pick(PATTERNS)[0]] }
  }

  /** Names that nobody reads, so that what is remembered overflows. */
  private drawStrangers(prefix: string): string[] {
    const { random } = this.changes.world
    const count = random.pick([0, 0, 3, 12])
    return Array.from({ length: count }, () => `${prefix}${random.between(10, 99)}`)
  }

  private count({ keys, tags, patterns, namespaces, all }: Matchers, { mode, reach }: Manner): void {
    const { tally } = this.changes.world
    if (keys.length > 0) tally.add(`${mode} keys`)
    if (tags.length > 0) tally.add(`${mode} tags`)
    if (patterns.length > 0) tally.add(`${mode} patterns`)
    if (namespaces.length > 0) tally.add(`${mode} namespaces`)
    if (all) tally.add(`${mode} all`)
    if (reach !== '*' && tags.length + patterns.length > 0) tally.add('bounded reach')
  }
}

export const ALL_KEYS: Matchers = { ...NOTHING, keys: KEYS }

function tell({ keys, tags, patterns, namespaces, all }: Matchers, { mode, wait, reach }: Manner): string {
  const named = [...keys, ...tags, ...patterns, ...namespaces, ...(all ? ['everything'] : [])].join(' ')
  return `${named} (${mode}, wait: ${wait}, reach: ${reach})`
}
