import type { Follower, Instant } from '../coherence/follower.ts'
import { AppError } from '../errors/app-error.ts'
import type { PeerTier } from './peer-tier.ts'
import type { ReadMode, ReadResult } from './read-result.ts'
import { SingleFlight } from './single-flight.ts'

/** What came of asking along a route. `nobody`: this node must see for itself. */
export type PeerReply = ReadResult | 'nobody'

export interface PeerReadsDeps {
  peers: PeerTier
  follower: Follower
  instant: () => Instant
}

/**
 * Asks the nodes on a key's route, each only when the one before cannot be asked: whoever asks for the key comes to the
 * same one, so a lost owner costs the cluster one more load and not one for every node.
 *
 * What comes back is not judged here: the log may have moved while it travelled (rule fwdCheck), so whoever serves it does.
 */
export class PeerReads {
  private readonly deps: PeerReadsDeps
  private readonly flights = new SingleFlight<PeerReply>()

  constructor(deps: PeerReadsDeps) {
    this.deps = deps
  }

  /** One request per key at a time. Rejects with what the key's owner said of it, e.g. `origin_failed`. */
  async ask(route: readonly string[], key: string, mode: ReadMode): Promise<PeerReply> {
    if (route.length === 0) return 'nobody'
    if (mode !== 'normal') return this.askInTurn(route, key, mode)
    return (await this.flights.fly(key, () => this.askInTurn(route, key, mode))).value
  }

  /** One request per node for the keys of which it is next on the route. A key that is left out found nobody to ask. */
  async askMany(routes: ReadonlyMap<string, readonly string[]>): Promise<ReadonlyMap<string, ReadResult | AppError>> {
    const replies = new Map<string, ReadResult | AppError>()
    for (let place = 0; ; place++) {
      const groups = new Map<string, string[]>()
      for (const [key, route] of routes) {
        const node = route[place]
        if (node === undefined || replies.has(key)) continue
        const group = groups.get(node)
        if (group === undefined) groups.set(node, [key])
        else group.push(key)
      }
      if (groups.size === 0) return replies
      await Promise.all([...groups].map(([node, keys]) => this.askGroup(node, keys, replies)))
    }
  }

  private async askInTurn(route: readonly string[], key: string, mode: ReadMode): Promise<PeerReply> {
    for (const node of route) {
      const position = this.position()
      if (position === null) break
      try {
        return await this.deps.peers.ask(node, key, mode, position)
      } catch (error) {
        if (!isUnavailable(error)) throw error
      }
    }
    return 'nobody'
  }

  private async askGroup(node: string, keys: string[], replies: Map<string, ReadResult | AppError>): Promise<void> {
    const position = this.position()
    if (position === null) return
    try {
      const answers = await this.deps.peers.askMany(node, keys, position)
      for (const [i, key] of keys.entries()) {
        const answer = answers[i]
        if (answer !== undefined && !isUnavailable(answer)) replies.set(key, answer)
      }
    } catch (error) {
      if (!isUnavailable(error)) throw error
    }
  }

  /** Without a lease nothing that a peer says could be called fresh, so nobody is asked. */
  private position() {
    const { follower, instant } = this.deps
    return follower.state(instant()) === 'coherent' ? follower.version() : null
  }
}

function isUnavailable(answer: unknown): boolean {
  return answer instanceof AppError && answer.code === 'peer_unavailable'
}
