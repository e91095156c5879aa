import { expect, test } from 'vitest'
import { HELP, PORT_VARIABLES, parseOptions } from './options.mjs'

test('without options: two nodes on the usual ports, with traffic', () => {
  expect(parseOptions([], {})).toEqual({
    help: false,
    fresh: false,
    dev: false,
    traffic: true,
    freePorts: false,
    nodes: 2,
    ports: { node: 9400, portal: 3000, worker: 9500, origin: 9600 },
  })
})

test('an option counts more than the variable that says the same', () => {
  const env = { FRESHET_NODES: '5', FRESHET_NODE_PORT: '1000', FRESHET_PORTAL_PORT: '2000' }
  const { nodes, ports } = parseOptions(['--nodes', '3', '--portal-port=2001'], env)
  expect({ nodes, ports }).toMatchObject({ nodes: 3, ports: { node: 1000, portal: 2001 } })
})

test.each([
  [['--nodes', 'many'], 'FRESHET_NODES must be a whole number from 1 to 64, not "many"'],
  [['--nodes', '0'], 'FRESHET_NODES must be a whole number'],
  [['--node-port', '70000'], 'FRESHET_NODE_PORT must be a whole number from 1 to 65535'],
  [['--frsh'], 'Unknown option \'--frsh\'. "npm start -- --help" lists the options.'],
  [['more'], "Unexpected argument 'more'"],
])('%j is refused in a sentence', (args, sentence) => {
  expect(() => parseOptions(args, {})).toThrow(sentence)
})

test('the help names every variable that is read', () => {
  for (const name of ['FRESHET_NODES', ...Object.values(PORT_VARIABLES)]) expect(HELP).toContain(name)
})

test('the demo is refused where it matters', () => {
  expect(() => parseOptions([], { FRESHET_ENV: 'production' })).toThrow(/no place in production/)
})
