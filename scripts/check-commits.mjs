// Checks that the latest commits say what they did in the conventional form (commitlint.config.mjs).
import { execFileSync, spawnSync } from 'node:child_process'
import path from 'node:path'
import { CHECKOUT } from './platform/checkout.mjs'

const HOW_MANY = 100

/** @param {string[]} args */
const git = (...args) => execFileSync('git', args, { cwd: CHECKOUT, encoding: 'utf8' }).trim()

const commits = git('rev-list', '--no-merges', `--max-count=${HOW_MANY}`, 'HEAD').split('\n')
const oldest = commits.at(-1) ?? 'HEAD'
// A range leaves its first commit out, so it begins before it; the very first commit of all has nothing before it.
const hasParent = git('rev-list', '--parents', '--max-count=1', oldest).includes(' ')
const range = hasParent
  ? ['--from', `${oldest}~1`, '--to', 'HEAD']
  : commits.length > 1
    ? ['--from', oldest, '--to', 'HEAD']
    : ['--last']

const { status } = spawnSync(path.join(CHECKOUT, 'node_modules/.bin/commitlint'), range, {
  cwd: CHECKOUT,
  stdio: 'inherit',
})
if (status === 0) console.log(`${commits.length} commits say what they did.`)
process.exit(status ?? 1)
