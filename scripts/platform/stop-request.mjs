/** How often to look whether the npm that ran us is still there. */
const LOOK_EVERY_MS = 500

/** npm passes a Ctrl-C on that the terminal has sent us as well: within this time it is one request, not impatience. */
const ECHO_MS = 500

/**
 * Calls back when this process is asked to stop: Ctrl-C, SIGTERM, the terminal closed. Asked again, it exits at once.
 * @param {(why: string) => void} stop
 */
export function onStopRequest(stop) {
  /** @type {number | undefined} */
  let askedAt
  const ask = (/** @type {string} */ why) => {
    if (askedAt === undefined) {
      askedAt = performance.now()
      stop(why)
    } else if (performance.now() - askedAt > ECHO_MS) {
      process.exit(1)
    }
  }
  for (const signal of /** @type {const} */ (['SIGINT', 'SIGTERM', 'SIGHUP'])) process.on(signal, () => ask(signal))
  // A reader that has gone (npm start | head) is no reason to leave the platform unstopped.
  for (const stream of [process.stdout, process.stderr]) stream.on('error', () => {})

  // npm does not pass on a SIGTERM: whoever ends npm leaves us behind, and means us.
  if (process.env.npm_lifecycle_event) {
    const parent = process.ppid
    const look = setInterval(() => {
      if (process.ppid === parent) return
      clearInterval(look)
      ask('npm has ended')
    }, LOOK_EVERY_MS)
    look.unref()
  }
}
