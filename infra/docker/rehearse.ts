/**
 * Rehearses the images where there is no container engine: runs each stage's own RUN and COPY steps in a temporary
 * folder that stands for the image's root, with only what the build context and earlier stages give it, then starts
 * each final image's command without any configuration. It finds files that COPY forgot, builds that lean on the host's
 * checkout, and bundles that miss a module.
 *
 *   pnpm --filter @freshet/infra rehearse [target ...] [--keep]
 *
 * Limits: the host's Node and libraries stand in for the base image, RUN steps may use relative paths only, and nothing
 * is said about users, permissions or networks.
 */
import { spawn } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { parseDockerIgnore } from './docker-ignore.ts'
import { type Image, Rehearsal } from './rehearsal.ts'
import { runToEnd } from './run-to-end.ts'
import { imagesOf, readStages } from './stages.ts'

/** How long a started command may run before it counts as one that keeps running. */
const PATIENCE_MS = 8_000

const context = path.resolve(import.meta.dirname, '../..')
/** What an engine would hand to a build as well: where programs are, and how to reach a registry. */
const NEEDED = /^(PATH|HOME|(https?|no|all)_proxy|npm_config_registry|NODE_EXTRA_CA_CERTS|SSL_CERT_FILE)$/i
const host = Object.fromEntries(
  Object.entries(process.env).flatMap(([name, value]) => (NEEDED.test(name) && value ? [[name, value]] : [])),
)
const say = (text: string) => void process.stdout.write(`${text}\n`)

/** Starts an image's command with the image's own variables only. A null code: it was still running. */
async function start(image: Image): Promise<{ code: number | null; said: string }> {
  const [command = '', ...args] = image.command
  const cwd = path.join(image.root, image.workdir)
  const child = spawn(command, args, { cwd, env: { ...image.env, PATH: host.PATH ?? '', PORT: '0' } })
  let said = ''
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk) => (said += chunk))
  const timer = setTimeout(() => child.kill('SIGKILL'), PATIENCE_MS)
  const code = await new Promise<number | null>((resolve) => child.once('close', resolve))
  clearTimeout(timer)
  return { code, said }
}

const asked = process.argv.slice(2).filter((word) => !word.startsWith('-'))
const stages = readStages(readFileSync(path.join(import.meta.dirname, 'Dockerfile'), 'utf8'))
const targets = asked.length > 0 ? asked : imagesOf(stages).map((stage) => stage.name)
const folder = mkdtempSync(path.join(tmpdir(), 'freshet-images-'))
say(`rehearsing in ${folder}`)

try {
  const hidden = parseDockerIgnore(readFileSync(path.join(context, '.dockerignore'), 'utf8'))
  const rehearsal = new Rehearsal(stages, { context, hidden, folder, host, say })
  for (const target of targets) {
    const image = rehearsal.build(target)
    const size = runToEnd('du', ['-sh', image.root]).split('\t')[0]
    const { code, said } = await start(image)
    if (/ERR_MODULE_NOT_FOUND|Cannot find (module|package)|ENOENT/.test(said))
      throw new Error(`${target}: its command misses a file\n${said}`)
    const fate = code === null ? 'keeps running' : `exits ${code}`
    const words = said.split('\n').find((line) => line.trim() !== '') ?? 'silence'
    say(`ok  ${target}: ${size}; without configuration it ${fate}: ${words.slice(0, 200)}`)
  }
} finally {
  if (!process.argv.includes('--keep')) rmSync(folder, { recursive: true, force: true })
}
