/**
 * Turns the text of a .dockerignore into a test for context-relative paths: true when the build context leaves the path
 * out. Covers what ours uses: `*`, `?`, `**`, `!`, and folders that hide what is under them; the last rule that matches
 * decides.
 */
export function parseDockerIgnore(text: string): (path: string) => boolean {
  const rules = text
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '' && !line.startsWith('#'))
    .map((line) => ({ hides: !line.startsWith('!'), pattern: toRegExp(line.replace(/^!/, '')) }))
  return (path) => rules.findLast((rule) => rule.pattern.test(path))?.hides ?? false
}

const WILDCARDS: Record<string, string> = { '**/': '(?:.*/)?', '**': '.*', '*': '[^/]*', '?': '[^/]' }

function toRegExp(glob: string): RegExp {
  const source = glob
    .replaceAll(/^\/|\/$/g, '')
    .replaceAll(/[.+^${}()|[\]\\]/g, '\\$&')
    .replaceAll(/\*\*\/|\*\*|\*|\?/g, (token) => WILDCARDS[token] ?? token)
  return new RegExp(`^${source}(?:/.*)?$`)
}
