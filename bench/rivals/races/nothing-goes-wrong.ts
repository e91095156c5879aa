import { cacheEverywhere, changeRow, invalidate } from '../trial.ts'
import type { Race } from './race.ts'

/** The control: no fault, no load at the wrong moment. Who is stale here is configured wrongly. */
export const nothingGoesWrong: Race<'same process' | 'other process'> = {
  name: 'nothing goes wrong',
  views: ['same process', 'other process'],
  run: async (trial) => {
    const { near, far } = trial.contestant
    await cacheEverywhere(trial)
    changeRow(trial)
    await invalidate(near, { key: trial.key })
    await trial.settle()
    return { 'same process': await near.read(trial.key), 'other process': await far.read(trial.key) }
  },
}
