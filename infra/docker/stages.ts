import { Copy, DockerfileParser, Env } from 'dockerfile-ast'

/** One instruction: `words` are its arguments, `raw` the text after the keyword. */
export interface Step {
  keyword: string
  words: string[]
  raw: string
  /** COPY --from: the stage that it copies from; null: the build context. */
  from: string | null
  /** ENV: the variables that it sets. */
  env: Record<string, string>
}

/** One stage of a Dockerfile: its name, the image or stage that it starts from, and its instructions in order. */
export interface Stage {
  name: string
  base: string
  steps: Step[]
}

/** Splits a Dockerfile into its stages. What stands before the first FROM (ARGs) belongs to none. */
export function readStages(dockerfile: string): Stage[] {
  const stages: Stage[] = []
  for (const instruction of DockerfileParser.parse(dockerfile).getInstructions()) {
    const keyword = instruction.getKeyword()
    const words = instruction.getArguments().map((argument) => argument.getValue())
    if (keyword === 'FROM') stages.push({ name: words[2] ?? '', base: words[0] ?? '', steps: [] })
    const properties = instruction instanceof Env ? instruction.getProperties() : []
    stages.at(-1)?.steps.push({
      keyword,
      words,
      raw: instruction.getArgumentsContent() ?? '',
      from: instruction instanceof Copy ? (instruction.getFromFlag()?.getValue() ?? null) : null,
      env: Object.fromEntries(properties.map((property) => [property.getName(), property.getValue() ?? ''])),
    })
  }
  return stages
}

/** A stage and everything that it starts from, the oldest first. */
export function lineageOf(stage: Stage, stages: readonly Stage[]): Stage[] {
  const parent = stages.find((other) => other.name === stage.base)
  return parent ? [...lineageOf(parent, stages), stage] : [stage]
}

/** Stages that become images: they say which command runs. */
export function imagesOf(stages: readonly Stage[]): Stage[] {
  return stages.filter((stage) => stage.steps.some((step) => step.keyword === 'CMD'))
}
