import type { RedisCosts } from '../redis/redis-costs.ts'

/** What a figure may need beside its own measurements. */
export interface FigureContext {
  /** Fewer cases: a first look. */
  quick: boolean
  /** A file of requests to replay; null: keys are drawn. */
  trace: string | null
  /** What a real Redis takes for each of the scripts, measured once per run. */
  redisCosts(): Promise<RedisCosts>
}

/** One table of docs/scale.md. */
export interface Figure {
  columns: readonly string[]
  /** Takes the figures; as many cells a row as there are columns. */
  rows(context: FigureContext): Promise<string[][]>
}
