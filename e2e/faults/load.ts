import { setTimeout as sleep } from 'node:timers/promises'
import type { Answer } from '@freshet/testing/answer'
import type { NodeClient } from '@freshet/testing/node-client'
import type { Stretch } from './stretch.ts'

/** A sequence of requests, one after the other. */
export interface Stream {
  /** The next request's method, key and body; `turn` counts from 0. */
  next(turn: number): { method?: string; key: string; body?: string }
  /** Pause between an answer and the next request, milliseconds. */
  pauseMs: number
}

/** Continuous requests of many streams to every node, with everything that was answered. */
export class Load {
  readonly answers: Answer[] = []
  private running = true
  private readonly loops: Promise<void>[] = []

  start(streams: readonly Stream[], clients: readonly NodeClient[]): void {
    for (const client of clients) for (const stream of streams) this.loops.push(this.run(stream, client))
  }

  async stop(): Promise<void> {
    this.running = false
    await Promise.all(this.loops)
  }

  /** Answers to what was asked and answered within a stretch of time, about one namespace's keys. */
  within({ fromMs, untilMs }: Stretch, namespace: string): Answer[] {
    // They stand in the order in which they came.
    const start = this.answers.findLastIndex(({ answeredMs }) => answeredMs < fromMs) + 1
    return this.answers
      .slice(start)
      .filter(
        ({ key, sentMs, answeredMs }) => sentMs >= fromMs && answeredMs <= untilMs && namespaceOf(key) === namespace,
      )
  }

  private async run({ next, pauseMs }: Stream, client: NodeClient): Promise<void> {
    for (let turn = 0; this.running; turn++) {
      const { method = 'GET', key, body } = next(turn)
      this.answers.push(await client.request(method, key, body))
      await sleep(pauseMs)
    }
  }
}

function namespaceOf(key: string): string {
  return key.slice(0, key.indexOf(':'))
}
