import type { Scenario } from './scenario.ts'

/** A node that holds the value hears nothing of the log while the key is invalidated, and is asked then. */
export const changeUnheard: Scenario['play'] = async (scene) => {
  const { b } = scene
  await scene.warm(b)
  const letGo = b.link.rule('poll', 'replies', 'hold')
  await scene.change()
  await scene.decide(b)
  letGo()
}
