import { Checker } from './checker.ts'
import { Directory } from './directory.ts'
import { NodeKnowledge } from './node-knowledge.ts'
import { Servers } from './servers.ts'
import { SimulatedNode } from './simulated-node.ts'
import { SimulatedWorker } from './simulated-worker.ts'
import { Source } from './source.ts'
import type { World } from './world.ts'

/** The nodes, the worker, and what they share. */
export class Cluster {
  readonly world: World
  readonly source = new Source()
  readonly checker: Checker
  readonly servers: Servers
  readonly nodes: SimulatedNode[] = []
  private readonly directory: Directory
  worker: SimulatedWorker
  private started = 0

  constructor(world: World) {
    this.world = world
    this.checker = new Checker(this.source, world.scheduler.nowMs)
    this.servers = new Servers(world, this.checker)
    this.directory = new Directory(world)
    for (let i = 0; i < world.plan.nodes; i++) this.startNode()
    this.worker = this.startWorker()
  }

  anyNode = (): SimulatedNode => {
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

  replaceWorker(): void {
    this.worker.process.kill()
    this.worker = this.startWorker()
  }

  private startNode(): void {
    const { world, checker, servers, source, directory } = this
    const find = (name: string) => this.nodes.find(({ process }) => process.name === name)
    const knowledge = new NodeKnowledge(checker, world.scheduler.nowMs, world.plan.replicated)
    const node = new SimulatedNode(`node${++this.started}`, world, servers, source, knowledge, { directory, find })
    this.nodes.push(node)
    world.scheduler.after(1, node.process, () => node.tail.start())
  }

  private startWorker(): SimulatedWorker {
    const worker = new SimulatedWorker(`worker${++this.started}`, this.world, this.servers)
    worker.start()
    return worker
  }
}
