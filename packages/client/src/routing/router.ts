import type { HotKeys } from './hot-keys.ts'
import type { TopologyFeed } from './topology-feed.ts'

/** Nodes that one call may come to, at most. */
const MOST = 5

export interface RouterDeps {
  seeds: readonly string[]
  /** Null: whoever is asked knows how to go on (a balancer), so nobody asks for the topology. */
  topology: Pick<TopologyFeed, 'map'> | null
  hot: HotKeys
  nowMs: () => number
  random: () => number
}

/** Whom to ask, in order of preference. Nothing depends on it but speed: any node answers for any key. */
export class Router {
  private readonly deps: RouterDeps
  private turn: number

  constructor(deps: RouterDeps) {
    this.deps = deps
    // Processes that start together must not all begin with the same node.
    this.turn = Math.floor(deps.random() * 1_000_000)
  }

  /**
   * The key's owner, those who stand in for it, then others. A key that is asked for very often begins with another node
   * each time: they recognise it, and keep it too.
   */
  forKey(key: string): string[] {
    const map = this.deps.topology?.map ?? null
    const turn = this.turn++
    if (map === null) return rotated(this.deps.seeds, turn)
    const preferred = map.preferred(key)
    const others = [...rotated(map.urls, turn), ...rotated(this.deps.seeds, turn)]
    const isHot = this.deps.hot.note(key, this.deps.nowMs())
    const order = isHot ? [...others.slice(0, 1), ...preferred, ...others] : [...preferred, ...others]
    return [...new Set(order)].slice(0, MOST)
  }

  /** Any nodes, one after the other. */
  forAny(): string[] {
    const urls = this.deps.topology?.map?.urls ?? []
    const turn = this.turn++
    return [...new Set([...rotated(urls, turn), ...rotated(this.deps.seeds, turn)])].slice(0, MOST)
  }

  /** Keys by the node that is to be asked for them first, with whom to ask after it. */
  group(keys: readonly string[]): { urls: string[]; keys: string[] }[] {
    const map = this.deps.topology?.map ?? null
    if (map === null) return [{ urls: this.forAny(), keys: [...keys] }]
    const groups = new Map<string, { urls: string[]; keys: string[] }>()
    for (const key of keys) {
      const [owner = '', ...others] = map.preferred(key)
      const group = groups.get(owner) ?? { urls: [owner, ...others, ...this.forAny()].filter(Boolean), keys: [] }
      group.keys.push(key)
      groups.set(owner, group)
    }
    return [...groups.values()].map(({ urls, keys }) => ({ urls: [...new Set(urls)].slice(0, MOST), keys }))
  }
}

/** As many as one call may come to; with a thousand nodes nobody needs all of them. */
function rotated(urls: readonly string[], turn: number): string[] {
  return Array.from({ length: Math.min(urls.length, MOST) }, (_, i) => urls[(turn + i) % urls.length] as string)
}
