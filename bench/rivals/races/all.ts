import { invalidatedByKeyWhileLoading, invalidatedByTagWhileLoading } from './invalidated-while-loading.ts'
import { lostSubscription } from './lost-subscription.ts'
import { lostWrites } from './lost-writes.ts'
import { nothingGoesWrong } from './nothing-goes-wrong.ts'
import { pausedConnection } from './paused-connection.ts'
import { pausedProcess } from './paused-process.ts'
import type { Race } from './race.ts'

export const races: readonly Race[] = [
  nothingGoesWrong,
  invalidatedByKeyWhileLoading,
  invalidatedByTagWhileLoading,
  lostSubscription,
  pausedProcess,
  pausedConnection,
  lostWrites,
]
