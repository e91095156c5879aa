import { readdirSync, readFileSync } from 'node:fs'

/**
 * Stops a server and all of its children, which go on when only their parent is stopped (PostgreSQL's sessions do). Their
 * sockets stay open and say nothing.
 *
 * @returns lets them go on
 */
export function freeze(pid: number): () => void {
  const family = [pid, ...childrenOf(pid)]
  for (const member of family) signal(member, 'SIGSTOP')
  return () => {
    for (const member of family) signal(member, 'SIGCONT')
  }
}

function childrenOf(parent: number): number[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name) && parentOf(name) === parent)
    .map(Number)
}

/** The number after the program's name and state; the name is in brackets and may hold anything. */
function parentOf(pid: string): number {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8')
    return Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[1])
  } catch {
    return 0
  }
}

/** Silently when it is gone already. */
function signal(pid: number, name: NodeJS.Signals): void {
  try {
    process.kill(pid, name)
  } catch {}
}
