import { readFileSync } from 'node:fs'
import path from 'node:path'
import { expect, test } from 'vitest'
import { parseDockerIgnore } from './docker-ignore.ts'

const ours = parseDockerIgnore(readFileSync(path.join(import.meta.dirname, '../../.dockerignore'), 'utf8'))

test.each([
  '.env',
  '.env.production',
  'infra/compose/production.env',
  'apps/web/.env.local',
  '.git/config',
  '.freshet/demo.json',
])('the build context never holds %s, which may be secret', (file) => {
  expect(ours(file)).toBe(true)
})

test.each(['node_modules/zod', 'apps/web/node_modules/next', 'apps/web/.next/cache', 'packages/core/dist/main.js'])(
  'the build context leaves out %s, which the host built',
  (file) => expect(ours(file)).toBe(true),
)

test.each(['apps/web/src/app/page.tsx', 'pnpm-lock.yaml', 'packages/redis/src/lua/poll.lua', 'infra/package.json'])(
  'the build context holds %s',
  (file) => expect(ours(file)).toBe(false),
)

test('the last rule that matches decides, and a folder hides what is under it', () => {
  const hidden = parseDockerIgnore('docs\n*.log\n!keep.log\n# a comment\n')
  expect(['docs/a/b.md', 'x.log', 'keep.log', 'sub/x.log', 'docs.md'].map(hidden)).toEqual([
    true,
    true,
    false,
    false,
    false,
  ])
})
