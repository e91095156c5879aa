import { type ChildProcess, fork } from 'node:child_process'
import path from 'node:path'
import type { Ask, Asked, Tell } from '../libraries/messages.ts'
import type { Answer, Member, Target } from './contestant.ts'

const MAIN = path.join(import.meta.dirname, '../libraries/main.ts')
const START_WITHIN_MS = 20_000

type Reply = Exclude<Tell, { kind: 'ready' }>

/** A process that runs a library's cache, asked over Node's own channel. */
export class LibraryMember implements Member {
  private readonly child: ChildProcess
  private readonly waiting = new Map<number, (reply: Reply) => void>()
  private asked = 0

  private constructor(child: ChildProcess) {
    this.child = child
    child.on('message', (tell: Tell) => {
      if (tell.kind === 'ready') return
      this.waiting.get(tell.id)?.(tell)
      this.waiting.delete(tell.id)
    })
    child.on('exit', () => {
      for (const [id, settle] of this.waiting) settle({ kind: 'failed', id, message: 'the process ended' })
      this.waiting.clear()
    })
  }

  /** Resolves when the cache is connected and subscribed. */
  static async start(args: readonly string[]): Promise<LibraryMember> {
    const child = fork(MAIN, args, { execArgv: ['--import', 'tsx'], stdio: ['ignore', 'ignore', 'pipe', 'ipc'] })
    let said = ''
    child.stderr?.on('data', (text) => (said = (said + text).slice(-4_000)))
    await new Promise<void>((resolve, reject) => {
      const fail = () => reject(new Error(`${args[0]} did not start:\n${said}`))
      const patience = setTimeout(fail, START_WITHIN_MS)
      child.once('exit', fail)
      child.once('message', () => {
        clearTimeout(patience)
        child.off('exit', fail)
        resolve()
      })
    })
    return new LibraryMember(child)
  }

  async read(key: string, tag?: string): Promise<Answer> {
    const reply = await this.ask({ kind: 'read', key, tag: tag ?? null })
    if (reply.kind === 'value') return { kind: 'value', value: reply.value }
    return { kind: 'error', message: reply.kind === 'failed' ? reply.message : `a ${reply.kind} for a read` }
  }

  async invalidate(target: Target): Promise<void> {
    const reply = await this.ask(
      'key' in target ? { kind: 'invalidate-key', key: target.key } : { kind: 'invalidate-tag', tag: target.tag },
    )
    if (reply.kind === 'failed') throw new Error(reply.message)
  }

  signal(signal: NodeJS.Signals): void {
    this.child.kill(signal)
  }

  async stop(): Promise<void> {
    if (this.child.exitCode !== null || this.child.signalCode !== null) return
    const exited = new Promise((resolve) => this.child.once('exit', resolve))
    this.child.kill('SIGKILL')
    await exited
  }

  private ask(ask: Ask): Promise<Reply> {
    const asked: Asked = { id: this.asked++, ask }
    return new Promise((resolve) => {
      this.waiting.set(asked.id, resolve)
      if (!this.child.connected) return resolve({ kind: 'failed', id: asked.id, message: 'the process ended' })
      this.child.send(asked)
    })
  }
}
