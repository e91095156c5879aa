import { readFileSync } from 'node:fs'

/**
 * @param {string} file
 * @param {number} [lines]
 * @returns {string} the last lines of a log, indented; a remark when there are none.
 */
export function tailOf(file, lines = 15) {
  try {
    const tail = readFileSync(file, 'utf8').trimEnd().split('\n').slice(-lines)
    return tail.map((line) => `    ${line.slice(0, 400)}`).join('\n')
  } catch {
    return '    (it wrote nothing)'
  }
}
