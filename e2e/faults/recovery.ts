import { waitUntil } from '@freshet/scripts/processes/wait-until'
import { type Answer, describeAnswer, isFresh } from '@freshet/testing/answer'
import type { Load } from './load.ts'

/** Generous: what is looked for is that it happens by itself, not how fast. */
const RECOVERY_WITHIN_MS = 15_000
/** All is well when it has been so for this long. */
const CALM_MS = 300

const isWritten = ({ status }: Answer) => status === 204

/** How each namespace under load is answered when nothing is wrong. */
export const WELL: Readonly<Record<string, (answer: Answer) => boolean>> = {
  hot: isFresh,
  absent: isFresh,
  bypass: isFresh,
  refuse: isFresh,
  brief: isFresh,
  strict: isFresh,
  rolling: (answer) => isFresh(answer) || answer.cacheStatus.stale === 'revalidating',
  changed: isWritten,
}

/** Resolves to the moment from which all was well, on every node. Rejects with what was not. */
export async function recovery(load: Load): Promise<number> {
  let calmFromMs = 0
  const well = await waitUntil(
    () => {
      calmFromMs = performance.now() - CALM_MS
      return Object.entries(WELL).every(([namespace, isWell]) => {
        const answers = load.within({ fromMs: calmFromMs, untilMs: Number.POSITIVE_INFINITY }, namespace)
        return new Set(answers.map(({ node }) => node)).size === 2 && answers.every(isWell)
      })
    },
    { timeoutMs: RECOVERY_WITHIN_MS },
  )
  if (well) return calmFromMs
  const odd = load.answers.slice(-200).filter((answer) => !WELL[answer.key.split(':', 1)[0] ?? '']?.(answer))
  throw new Error(`not well after ${RECOVERY_WITHIN_MS} ms:\n${odd.slice(-10).map(describeAnswer).join('\n')}`)
}
