import path from 'node:path'

/**
 * @param {import('./boot.mjs').DemoFacts} facts
 * @param {string} dataDir
 * @returns {string} what a person needs to go on.
 */
export function describe({ portal, nodes, apiKey, email, password }, dataDir) {
  const shown = path.relative(process.cwd(), dataDir)
  return `Freshet is ready.

  Portal       ${portal}
               sign in as ${email} with the password ${password}
  Cache-nodes  ${nodes.join('  ')}
  API key      ${apiKey}

  Try          curl -i -H 'Authorization: Bearer ${apiKey}' ${nodes[0]}/api/cache/products:1

  These facts  ${path.join(shown, 'demo.json')}
  Logs         ${path.join(shown, 'logs')}
  Ctrl-C stops everything that was started; the data stays for the next time.
`
}
