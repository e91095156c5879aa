import type { FigureStage } from '../stage/figure-stage.ts'
import type { GroundTruth } from '../truth/ground-truth.ts'
import { type Paced, paced } from './paced.ts'
import { pickCaller } from './pick-caller.ts'

const REQUESTS_PER_SECOND = 100

export interface StormRates {
  keysPerSecond: number
  tagsPerSecond: number
  /** Names that keys are drawn from, as a multiple of the rows: most of what is invalidated anywhere is not cached. */
  spread: number
}

/** Invalidates keys and tags at random, at a rate, over all nodes; the truth is told what and when. */
export function storm(stage: FigureStage, truth: GroundTruth | null, rates: StormRates): Paced {
  const { callers, catalogue } = stage
  const keysEach = Math.round(rates.keysPerSecond / REQUESTS_PER_SECOND)
  const tagsEach = Math.round(rates.tagsPerSecond / REQUESTS_PER_SECOND)
  return paced(REQUESTS_PER_SECOND, async (n) => {
    const rows = draw(keysEach, catalogue.rows * rates.spread)
    const tags = draw(tagsEach, catalogue.tags)
    truth?.invalidated(rows, tags, performance.now())
    await pickCaller(callers, n).invalidate({
      keys: rows.map((row) => catalogue.key(row)),
      ...(tags.length > 0 && { tags: tags.map((tag) => catalogue.tag(tag)) }),
      wait: 'none',
    })
    truth?.invalidated(rows, tags, performance.now())
  })
}

function draw(count: number, from: number): number[] {
  return Array.from({ length: count }, () => Math.floor(Math.random() * from))
}
