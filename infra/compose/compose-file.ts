import { readFileSync } from 'node:fs'
import path from 'node:path'
import { parse } from 'yaml'

interface ComposeService {
  image?: string
  build?: { dockerfile: string; target: string }
  user?: string
  environment?: Record<string, string>
  ports?: string[]
  volumes?: string[]
  networks?: string[]
  profiles?: string[]
  depends_on?: Record<string, { condition: string }>
  healthcheck?: { test: string[] }
  read_only?: boolean
  cap_drop?: string[]
  security_opt?: string[]
  restart?: string
  deploy?: { resources: { limits: { cpus: string; memory: string } } }
}

export interface ComposeFile {
  services: Record<string, ComposeService>
  networks: Record<string, { internal?: boolean }>
  volumes: Record<string, unknown>
}

export const checkout = path.resolve(import.meta.dirname, '../..')

/** The text of docker-compose.yml, and what it says once its anchors and merges are resolved. */
export function readCompose(): { text: string; file: ComposeFile } {
  const text = readFileSync(path.join(checkout, 'docker-compose.yml'), 'utf8')
  return { text, file: parse(text, { merge: true }) }
}

/** The variables of a file of settings, comments left out. */
export function readSettings(name: string): Map<string, string> {
  const lines = readFileSync(path.join(import.meta.dirname, name), 'utf8').split('\n')
  return new Map(
    lines.flatMap((line): [string, string][] => {
      const match = /^([A-Z][A-Z0-9_]*)=(.*)$/.exec(line)
      return match?.[1] === undefined ? [] : [[match[1], match[2] ?? '']]
    }),
  )
}

/** How the text refers to a variable: `required` by `:?`, `fallback` by `:-`, or plainly. */
export interface Reference {
  name: string
  kind: 'required' | 'fallback' | 'plain'
}

export function referencesIn(text: string): Reference[] {
  return [...text.matchAll(/(?<!\$)\$\{([A-Z][A-Z0-9_]*)(:\?|:-)?/g)].map(([, name = '', operator]) => ({
    name,
    kind: operator === ':?' ? 'required' : operator === ':-' ? 'fallback' : 'plain',
  }))
}
