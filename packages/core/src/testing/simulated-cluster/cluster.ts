import { Checker, NodeKnowledge } from './checker.ts'
import { Servers } from './servers.ts'
import { SimulatedNode } from './simulated-node.ts'
import type { World } from './world.ts'

/** The nodes and what they share. */
export class Cluster {
  readonly world: World
  readonly servers: Servers
  readonly nodes: SimulatedNode[] = []
  private readonly checker: Checker
  private started = 0

  constructor(world: World) {
    this.world = world
    this.servers = new Servers(world)
    const checker = new Checker(this.servers.source, world.scheduler.nowMs)
    this.checker = checker
    this.servers.onAppended = (version, command) => {
      world.note(() => `the log takes ${Number(version.generation)}.${version.epoch}: ${JSON.stringify(command)}`)
      checker.appended(version, command)
    }
    for (let i = 0; i < world.plan.nodes; i++) this.startNode()
  }

  anyNode(): SimulatedNode {
    const [first, ...others] = this.nodes
    if (first === undefined) throw new Error('unreachable: a cluster has at least one node')
    return this.world.random.pick([first, ...others])
  }

  /** Kills a node and starts another, with nothing in memory, in its place. */
  replace(node: SimulatedNode): void {
    node.process.kill()
    this.nodes.splice(this.nodes.indexOf(node), 1)
    this.startNode()
  }

  private startNode(): void {
    const name = `node${++this.started}`
    const node = new SimulatedNode(name, this.world, this.servers, new NodeKnowledge(this.checker))
    this.nodes.push(node)
    this.world.scheduler.after(1, node.process, () => node.tail.start())
  }
}
