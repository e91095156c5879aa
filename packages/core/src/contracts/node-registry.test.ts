import { expect, test } from 'vitest'
import { TopologyNode } from './node-registry.ts'

const announced = {
  id: 'node-1',
  incarnation: 'a',
  version: '1.0.0',
  startedAt: 0,
  draining: false,
}

test.each(['http://node-1:9400', 'https://10.0.0.7:9400', 'http://[fd00::7]:9400'])(
  'a node is reached at %s',
  (url) => {
    expect(TopologyNode.safeParse({ ...announced, url }).success).toBe(true)
  },
)

// Each is a URL: without a scheme of its own the host counts as one. Whoever tried to connect failed its reads.
test.each(['node-1:9400', 'localhost:9400', 'ftp://node-1:9400', '10.0.0.7:9400'])(
  'an address at which nobody can ask, %s, is no announcement',
  (url) => {
    expect(TopologyNode.safeParse({ ...announced, url }).success).toBe(false)
  },
)
