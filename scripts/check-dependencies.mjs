// npm run deps: holds the arrows of .dependency-cruiser.mjs, and sees to it that they are looked at.

import { dependencyProblems } from './checks/dependency-rules.mjs'
import { trackedSources } from './checks/tracked-sources.mjs'
import { CHECKOUT } from './platform/checkout.mjs'

const files = trackedSources(CHECKOUT)
const { problems, seen } = await dependencyProblems(CHECKOUT, files)
for (const problem of problems) console.error(problem)
if (problems.length > 0) process.exit(1)
console.log(`The arrows hold in ${seen} files.`)
