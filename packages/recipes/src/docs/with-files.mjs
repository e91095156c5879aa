import { readFileSync } from 'node:fs'
import path from 'node:path'

const CHECKOUT = path.resolve(import.meta.dirname, '../../../..')
export const RECIPES = path.join(CHECKOUT, 'docs/recipes.md')
/** A line that names a file, and the block of code after it, which is to be that file. */
const EMBEDDED = /^<!-- (packages\/recipes\/\S+\.(ts|mjs)) -->\n(?:\n```\w+\n[\s\S]*?\n```\n)?/gm

/**
 * @param {string} markdown
 * @returns {string} the same, with each file that it names as it is now.
 */
export function withFiles(markdown) {
  return markdown.replaceAll(EMBEDDED, (_, file, extension) => {
    const text = readFileSync(path.join(CHECKOUT, file), 'utf8')
    return `<!-- ${file} -->\n\n\`\`\`${extension === 'mjs' ? 'js' : 'ts'}\n${text}\`\`\`\n`
  })
}
