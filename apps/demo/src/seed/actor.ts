/** Whom rows of the control plane name as their author when the seed wrote them. */
export const DEMO_ACTOR = 'demo seed'
