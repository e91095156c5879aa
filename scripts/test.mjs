// npm test. Like start.mjs, it must parse on a Node that is too old.
import { nodeProblem } from './platform/node-version.mjs'

const problem = nodeProblem(process.versions.node, process.platform)
if (problem) {
  console.error(problem)
  process.exit(1)
}
import('./checks/test-command.mjs').then((command) => command.test())
