import { setTimeout as sleep } from 'node:timers/promises'
import type { FigureStage } from '../stage/figure-stage.ts'
import type { GroundTruth } from '../truth/ground-truth.ts'
import { type Paced, paced } from './paced.ts'
import { pickCaller } from './pick-caller.ts'

const REQUESTS_PER_SECOND = 100
const MOST_TRIES = 5
const RETRY_AFTER_MS = 500

export interface StormRates {
  keysPerSecond: number
  tagsPerSecond: number
  /** Names that keys are drawn from, as a multiple of the rows: most of what is invalidated anywhere is not cached. */
  spread: number
}

export interface Storm extends Paced {
  /** Requests that were refused, and sent again. */
  readonly refused: number
}

/** Invalidates keys and tags at random, at a rate, over all nodes; the truth is told what and when. */
export function storm(stage: FigureStage, truth: GroundTruth | null, rates: StormRates): Storm {
  const { callers, catalogue } = stage
  const keysEach = Math.round(rates.keysPerSecond / REQUESTS_PER_SECOND)
  const tagsEach = Math.round(rates.tagsPerSecond / REQUESTS_PER_SECOND)
  let refused = 0
  const sending = paced(REQUESTS_PER_SECOND, async (n) => {
    const rows = draw(keysEach, catalogue.rows * rates.spread)
    const tags = draw(tagsEach, catalogue.tags)
    const wish = {
      keys: rows.map((row) => catalogue.key(row)),
      ...(tags.length > 0 && { tags: tags.map((tag) => catalogue.tag(tag)) }),
      wait: 'none',
    } as const
    truth?.invalidated(rows, tags, performance.now())
    for (let tries = 1; ; tries++) {
      try {
        await pickCaller(callers, n + tries).invalidate(wish)
        break
      } catch (error) {
        // A refusal promises nothing, and its fate is unknown: callers try again.
        refused++
        if (tries === MOST_TRIES) throw error
        await sleep(RETRY_AFTER_MS)
      }
    }
    truth?.invalidated(rows, tags, performance.now())
  })
  return {
    get count() {
      return sending.count
    },
    get refused() {
      return refused
    },
    failed: sending.failed,
    stop: sending.stop,
  }
}

function draw(count: number, from: number): number[] {
  return Array.from({ length: count }, () => Math.floor(Math.random() * from))
}
