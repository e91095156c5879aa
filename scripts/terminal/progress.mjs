/** Steps that end sooner are reported once, when they end. */
const QUICK_MS = 1_000

/**
 * Progress on a terminal or in a log: one line per event, with the time since the beginning.
 * @typedef {object} Progress
 * @property {(line: string) => void} say
 * @property {<T>(what: string, work: (note: (text: string) => void) => Promise<T>) => Promise<T>} step reports when the
 * work is done and how long it took; the work may add a note, such as a port.
 */

/**
 * @param {(line: string) => void} [print]
 * @returns {Progress}
 */
export function startProgress(print = (line) => console.log(line)) {
  const begun = performance.now()
  const say = (/** @type {string} */ line) => print(`${seconds(performance.now() - begun).padStart(8)}  ${line}`)
  return {
    say,
    step: async (what, work) => {
      const start = performance.now()
      const slow = setTimeout(() => say(`${what} ...`), QUICK_MS)
      let note = ''
      try {
        const result = await work((text) => {
          note = `, ${text}`
        })
        say(`${what}: ${seconds(performance.now() - start)}${note}`)
        return result
      } finally {
        clearTimeout(slow)
      }
    },
  }
}

/** @param {number} ms @returns {string} */
export function seconds(ms) {
  return `${(ms / 1000).toFixed(1)} s`
}
