// npm start. This file and what it imports statically must parse on any Node with modules, however old: it is here that a
// Node too old is told so. Everything else is loaded after that check.
import { nodeProblem } from './platform/node-version.mjs'

const problem = nodeProblem(process.versions.node, process.platform)
if (problem) {
  console.error(problem)
  process.exit(1)
}
import('./platform/start-command.mjs').then((command) => command.start(process.argv.slice(2)))
