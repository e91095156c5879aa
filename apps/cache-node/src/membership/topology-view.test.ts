import { type NodeAnnouncement, TopologyNode } from '@freshet/core/contracts/node-registry'
import { announcementOf } from '@freshet/core/testing/announcement'
import { expect, it } from 'vitest'
import { TopologyView } from './topology-view.ts'

const node = (id: string, facts: Partial<NodeAnnouncement> = {}) => TopologyNode.parse(announcementOf(id, facts))
const all = (...nodes: TopologyNode[]) => ({ change: 1, whole: true, nodes, gone: [] })
const changed = (nodes: TopologyNode[], gone: string[] = []) => ({ change: 2, whole: false, nodes, gone })

it('comes to the same topology by changes as by the whole list, in whatever order rows are read', () => {
  const [byChanges, byList] = [new TopologyView(), new TopologyView()]
  byChanges.apply(all(node('c'), node('a')))
  byChanges.apply(changed([node('b'), node('c', { draining: true })], ['a', 'unknown']))
  byList.apply(all(node('b'), node('c', { draining: true })))
  expect(byChanges.topology).toEqual(byList.topology)
  expect(byChanges.topology?.nodes.map(({ id }) => id)).toEqual(['b', 'c'])
  expect(byChanges.ring.size).toBe(1)
})

it('says whether anything is another, and has another version then', () => {
  const view = new TopologyView()
  const versions = new Set<string | undefined>()
  const steps: [changes: Parameters<TopologyView['apply']>[0], differs: boolean][] = [
    [all(), true],
    [all(), false],
    [changed([node('a')]), true],
    [changed([node('a')]), false],
    [changed([node('a', { url: 'http://elsewhere.test' })]), true],
    [changed([node('a', { incarnation: 'second' })]), true],
    [changed([node('a', { draining: true })]), true],
    [changed([node('a', { weight: 50 })]), true],
    [changed([node('a', { zone: 'z' })]), true],
    [changed([node('a', { inRing: false })]), true],
  ]
  for (const [changes, differs] of steps) {
    expect(view.apply(changes)).toBe(differs)
    versions.add(view.topology?.version)
  }
  expect(versions.size).toBe(steps.filter(([, differs]) => differs).length)
})

it('lays the ring of those who take part and stay, and lays it anew only when they are others', () => {
  const view = new TopologyView()
  view.apply(all(node('a'), node('joining', { inRing: false }), node('leaving', { draining: true })))
  const { ring } = view
  expect([...view.shares]).toEqual([['a', 1]])
  view.apply(changed([node('a', { url: 'http://elsewhere.test' }), node('another', { inRing: false })], ['leaving']))
  expect(view.ring).toBe(ring)
  view.apply(changed([node('joining')]))
  expect(view.ring.size).toBe(2)
  expect([...view.shares.keys()]).toEqual(['a', 'joining'])
})
