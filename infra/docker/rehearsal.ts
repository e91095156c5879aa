import { cpSync, mkdirSync, statSync } from 'node:fs'
import path from 'node:path'
import { runToEnd } from './run-to-end.ts'
import type { Stage, Step } from './stages.ts'

/** A stage that was built: the folder that stands for its file system's root, and what its instructions set. */
export interface Image {
  root: string
  workdir: string
  env: Record<string, string>
  command: string[]
}

/** Where images are built from and to, and what the build context leaves out. */
export interface Workshop {
  context: string
  hidden: (path: string) => boolean
  folder: string
  /** The host's Node, npm cache and way to the network, which stand in for the base image's. */
  host: Record<string, string>
  say: (text: string) => void
}

/** Builds stages of a Dockerfile as folders, each after the stages that it starts from or copies from. */
export class Rehearsal {
  private readonly built = new Map<string, Image>()
  private readonly stages: readonly Stage[]
  private readonly shop: Workshop

  constructor(stages: readonly Stage[], shop: Workshop) {
    this.stages = stages
    this.shop = shop
  }

  build(name: string): Image {
    const known = this.built.get(name)
    if (known) return known
    const stage = this.stages.find((candidate) => candidate.name === name)
    if (!stage) throw new Error(`the Dockerfile has no stage "${name}"`)
    const isStage = this.stages.some((other) => other.name === stage.base)
    const parent = isStage ? this.build(stage.base) : { workdir: '/', env: {}, command: [] }
    const image = { ...parent, env: { ...parent.env }, root: path.join(this.shop.folder, name) }
    mkdirSync(image.root)
    // Hard links: a source tree with its dependencies is large, and builds add files rather than edit them in place.
    if ('root' in parent) runToEnd('cp', ['-al', `${parent.root}/.`, image.root])
    for (const step of stage.steps) this.perform(step, image)
    this.built.set(name, image)
    return image
  }

  private perform(step: Step, image: Image): void {
    Object.assign(image.env, step.env)
    switch (step.keyword) {
      case 'WORKDIR':
        image.workdir = path.posix.resolve(image.workdir, step.words[0] ?? '')
        mkdirSync(path.join(image.root, image.workdir), { recursive: true })
        break
      case 'CMD':
        image.command = JSON.parse(step.raw)
        break
      case 'COPY':
        for (const source of step.words.slice(0, -1)) this.copy(source, step, image)
        break
      case 'RUN': {
        const command = step.raw.replaceAll(/\\\n\s*/g, ' ')
        const began = performance.now()
        runToEnd('sh', ['-c', command], { cwd: path.join(image.root, image.workdir), env: this.environment(image) })
        const seconds = ((performance.now() - began) / 1_000).toFixed(1)
        this.shop.say(`  [${path.basename(image.root)}] ${seconds} s: ${command}`)
        break
      }
    }
  }

  private copy(source: string, step: Step, image: Image): void {
    const { context, hidden } = this.shop
    const from = path.join(step.from === null ? context : this.build(step.from).root, source)
    const target = step.words.at(-1) ?? ''
    const to = path.join(image.root, path.posix.resolve(image.workdir, target))
    // As Docker has it: a target that ends in a slash is a folder, in which a file keeps its name.
    const intoFolder = target.endsWith('/') && statSync(from).isFile()
    cpSync(from, intoFolder ? path.join(to, path.basename(source)) : to, {
      recursive: true,
      verbatimSymlinks: true,
      filter: (file) => step.from !== null || file === context || !hidden(path.relative(context, file)),
    })
  }

  /** What a step sees: the image's own variables, and npm's global folder inside the image and not on the host. */
  private environment(image: Image): Record<string, string> {
    const global = path.join(image.root, 'usr/local')
    const { host } = this.shop
    return { ...host, ...image.env, npm_config_prefix: global, PATH: `${global}/bin:${host.PATH}` }
  }
}
