import type { BenchOptions } from '../harness/options.ts'
import type { ScenarioReport } from '../harness/report.ts'
import type { Stage } from '../harness/stage.ts'

/** Starts what it measures on the stage, measures it, and reports. */
export type Scenario = (stage: Stage, options: BenchOptions) => Promise<ScenarioReport[]>
