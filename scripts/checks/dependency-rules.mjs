import path from 'node:path'
import { cruise } from 'dependency-cruiser'
import rules from '../../.dependency-cruiser.mjs'

/**
 * Runs the dependency rules over files.
 * @param {string} root what the files and the rules are relative to.
 * @param {string[]} files
 * @returns {Promise<{ problems: string[], seen: number }>} each violation as a sentence. Files that were not read count as
 * problems: a sensor that sees nothing must not pass.
 */
export async function dependencyProblems(root, files) {
  const { output } = await cruise(
    files,
    {
      baseDir: root,
      ruleSet: rules,
      validate: true,
      doNotFollow: { path: 'node_modules' },
      // Types tie floors together as calls do.
      tsPreCompilationDeps: true,
      exclude: { path: '/src/generated/|\\.next/|/dist/' },
    },
    {
      exportsFields: ['exports'],
      conditionNames: ['import', 'types', 'node', 'default'],
      extensions: ['.ts', '.tsx', '.mjs', '.js', '.cjs', '.d.ts', '.d.mts', '.json'],
      alias: { '~': path.join(root, 'apps/web/src') },
    },
  )
  if (typeof output === 'string') throw new Error(`dependency-cruiser answered with text: ${output}`)
  const read = new Map(output.modules.map((module) => [module.source, module]))
  const unseen = files.filter((file) => !read.has(file))
  const imports = output.modules.flatMap((module) => module.dependencies).length
  return {
    seen: files.length - unseen.length,
    problems: [
      ...output.summary.violations.map(({ rule, from, to, cycle }) => {
        const round = cycle?.map(({ name }) => name).join(' → ')
        return `${rule.name}: ${from} → ${round ?? to}`
      }),
      ...unseen.map((file) => `not looked at: ${file}`),
      // A parser that cannot read a file reports it as one without imports; of all files together that cannot be.
      ...(imports < files.length
        ? [`only ${imports} imports were found in ${files.length} files: they are not being read`]
        : []),
    ],
  }
}
