import type { FigureOptions } from '../options.ts'

/** Measures something on a stage of its own and says it in markdown. */
export type Figure = (options: FigureOptions) => Promise<string>
