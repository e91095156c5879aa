import { type SpawnSyncOptions, spawnSync } from 'node:child_process'

/** Runs a command to its end and returns what it printed; throws with its output when it fails. */
export function runToEnd(command: string, args: string[], options: SpawnSyncOptions = {}): string {
  const result = spawnSync(command, args, { ...options, stdio: ['ignore', 'pipe', 'pipe'], encoding: 'utf8' })
  if (result.status !== 0)
    throw new Error(`${command} ${args.join(' ')} failed\n${result.stdout ?? ''}${result.stderr ?? result.error}`)
  return result.stdout
}
