import { execFileSync, spawnSync } from 'node:child_process'
import path from 'node:path'

interface Input {
  templates: Record<string, string>
  data: object
  files?: Record<string, string>
}

/** Builds reference/render.go into a folder. Null where there is no Go, or no sources of sprig (Debian's packages). */
export function buildGoReference(folder: string): ((input: Input) => Record<string, string>) | null {
  const binary = path.join(folder, 'render')
  const built = spawnSync('go', ['build', '-o', binary, '.'], {
    cwd: path.resolve(import.meta.dirname, '../reference'),
    env: { ...process.env, GO111MODULE: 'off', GOPATH: '/usr/share/gocode', GOFLAGS: '' },
  })
  if (built.status !== 0) return null
  return (input) => {
    const answer = JSON.parse(execFileSync(binary, { input: JSON.stringify(input), encoding: 'utf8' }))
    if (answer.error !== undefined) throw new Error(answer.error)
    return answer.rendered
  }
}
