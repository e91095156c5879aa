import { execFileSync } from 'node:child_process'
import { readdirSync, readFileSync, readlinkSync } from 'node:fs'

/**
 * Names the program that listens on a port, as far as this user may know.
 * @param {number} port
 * @returns {string | undefined} such as "node (pid 4711)".
 */
export function portHolder(port) {
  return process.platform === 'linux' ? fromProc(port) : fromLsof(port)
}

/** @param {number} port */
function fromProc(port) {
  const inodes = new Set(['/proc/net/tcp', '/proc/net/tcp6'].flatMap((table) => listeningInodes(table, port)))
  if (inodes.size === 0) return undefined
  for (const pid of readdirSync('/proc').filter((name) => /^\d+$/.test(name))) {
    try {
      const holds = readdirSync(`/proc/${pid}/fd`).some((fd) => inodes.has(readlinkSync(`/proc/${pid}/fd/${fd}`)))
      if (holds) return `${readFileSync(`/proc/${pid}/comm`, 'utf8').trim()} (pid ${pid})`
    } catch {
      // Another user's process, or one that ended while we looked: its sockets are not ours to see.
    }
  }
  return undefined
}

/** @param {string} table @param {number} port */
function listeningInodes(table, port) {
  const LISTEN = '0A'
  const wanted = `:${port.toString(16).toUpperCase().padStart(4, '0')}`
  try {
    return readFileSync(table, 'utf8')
      .split('\n')
      .map((line) => line.trim().split(/\s+/))
      .filter((fields) => fields[1]?.endsWith(wanted) && fields[3] === LISTEN)
      .map((fields) => `socket:[${fields[9]}]`)
  } catch {
    return []
  }
}

/** @param {number} port */
function fromLsof(port) {
  try {
    const out = execFileSync('lsof', ['-nP', `-iTCP:${port}`, '-sTCP:LISTEN', '-Fpc'], { encoding: 'utf8' })
    const field = (/** @type {string} */ tag) =>
      out
        .split('\n')
        .find((line) => line.startsWith(tag))
        ?.slice(1)
    const pid = field('p')
    return pid && `${field('c') ?? 'a program'} (pid ${pid})`
  } catch {
    return undefined
  }
}
