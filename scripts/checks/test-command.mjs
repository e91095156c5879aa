import { chmodSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { Roster } from '../platform/roster.mjs'
import { onStopRequest } from '../platform/stop-request.mjs'
import { ExplainedError } from '../terminal/explained-error.mjs'
import { startProgress } from '../terminal/progress.mjs'
import { checkEverything } from './check-everything.mjs'
import { hermeticEnvironment } from './hermetic-environment.mjs'
import { summarise } from './summarise.mjs'

/**
 * `npm test`: everything there is to check, from a fresh clone. Its last line is "N passed, N failed"; it exits with 0 when
 * nothing failed and something ran.
 */
export async function test() {
  const progress = startProgress()
  const roster = new Roster()
  onStopRequest((why) => {
    progress.say(`${why}: stopping`)
    roster.beginStop()
  })
  const folders = makeFolders()
  const context = { logDir: folders.logDir, env: hermeticEnvironment(folders.temporary), roster, progress }
  const outcomes = await checkEverything(context, folders).catch((error) => {
    const explained = error instanceof ExplainedError ? error.message : error.stack
    console.error(`\n${roster.stopping.aborted ? 'Stopped before the end.' : explained}`)
    return []
  })
  await roster.stopAll()
  const { lines, passed } = summarise(outcomes)
  rmSync(passed ? folders.scratch : folders.temporary, { recursive: true, force: true, maxRetries: 5 })
  console.log(`\n${lines.join('\n')}`)
  process.exit(passed ? 0 : 1)
}

/** Where this run keeps its logs and reports, which outlive a failure, and everything temporary, which does not. */
function makeFolders() {
  const scratch = mkdtempSync(path.join(tmpdir(), 'freshet-test-'))
  const [temporary, reportDir] = [path.join(scratch, 'tmp'), path.join(scratch, 'reports')]
  for (const folder of [temporary, reportDir]) mkdirSync(folder)
  // As root, PostgreSQL runs as another account, which must pass through here to its data.
  for (const folder of [scratch, temporary]) chmodSync(folder, 0o711)
  return { scratch, temporary, reportDir, logDir: path.join(scratch, 'logs') }
}
