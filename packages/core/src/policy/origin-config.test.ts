import { describe, expect, it } from 'vitest'
import { OriginConfig } from './origin-config.ts'

const accepts = (config: unknown) => OriginConfig.safeParse(config).success

describe('OriginConfig', () => {
  it.each(['http://h/{key}', 'https://h:8443/a/{0}/{1}?q={rest}', 'http://h/', 'http://[::1]:80/{9}'])(
    'takes the URL %s',
    (url) => {
      expect(accepts({ url })).toBe(true)
    },
  )

  it.each([
    '',
    '/relative/{key}',
    'ftp://h/{key}',
    'file:///etc/passwd',
    'http://{0}/x',
    'http://h{key}/x',
    'http://h/{10}',
    'http://h/{name}',
    'http://h/{}',
    'http://h/x#{key}',
    'http://user:secret@h/{key}',
    `http://h/${'x'.repeat(2_048)}`,
  ])('refuses the URL %s', (url) => {
    expect(accepts({ url })).toBe(false)
  })

  it('takes a batch URL without placeholders only', () => {
    expect(accepts({ url: 'http://h/{key}', batch: { url: 'http://h/batch' } })).toBe(true)
    expect(accepts({ url: 'http://h/{key}', batch: { url: 'http://h/{0}/batch' } })).toBe(false)
  })

  it.each([
    { name: 'Host', value: 'x' },
    { name: 'Transfer-Encoding', value: 'x' },
    { name: 'X\r\n', value: 'x' },
    { name: 'X', value: 'a\r\nY: b' },
  ])('refuses the header %j', (header) => {
    expect(accepts({ url: 'http://h/{key}', headers: [header] })).toBe(false)
  })
})
