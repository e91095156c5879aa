import type { LogTail } from '@freshet/core/coherence/log-tail'
import { bundleMutant } from '@freshet/core/testing/mutation/bundle-mutant'

/** The log's tail with another spacing of polls under rain than the one that nodes have, whole milliseconds. */
export async function spacedTail(spacingMs: number): Promise<typeof LogTail> {
  const { LogTail: built } = await bundleMutant('coherence/log-tail.ts', {
    rule: `polls are ${spacingMs} ms apart`,
    file: 'coherence/log-tail.ts',
    edits: [['const POLL_SPACING_MS = 1\n', `const POLL_SPACING_MS = ${spacingMs}\n`]],
  })
  return built as typeof LogTail
}
