import { execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'

/**
 * Who a process is, beyond its number: pids are recycled, so a recorded pid alone may by now be somebody else's process.
 * @typedef {{ pid: number, startedAt: string }} ProcessIdentity
 */

/**
 * @param {number} pid
 * @returns {ProcessIdentity | undefined} undefined when no such process lives (a zombie does not count).
 */
export function identify(pid) {
  const startedAt = process.platform === 'linux' ? linuxStart(pid) : psStart(pid)
  return startedAt === undefined ? undefined : { pid, startedAt }
}

/**
 * @param {ProcessIdentity} recorded
 * @returns {boolean} whether that very process, not merely that pid, is still alive.
 */
export function isAlive(recorded) {
  return identify(recorded.pid)?.startedAt === recorded.startedAt
}

/** @param {number} pid */
function linuxStart(pid) {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8')
    // The command name is in parentheses and may itself hold spaces and parentheses: count fields after the last one.
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
    const [state, startTicks] = [fields[0], fields[19]]
    if (state === 'Z') return undefined
    // Ticks count from boot, and every boot counts the same small numbers again.
    return `${readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim()}:${startTicks}`
  } catch {
    return undefined
  }
}

/** @param {number} pid */
function psStart(pid) {
  try {
    const line = execFileSync('ps', ['-o', 'stat=,lstart=', '-p', String(pid)], { encoding: 'utf8' }).trim()
    return line === '' || line.startsWith('Z') ? undefined : line.slice(line.indexOf(' ') + 1).trim()
  } catch {
    return undefined
  }
}
