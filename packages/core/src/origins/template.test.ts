import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { AppError } from '../errors/app-error.ts'
import { findKeyFault } from '../keys/cache-key.ts'
import { compileTemplate } from './template.ts'

const key = fc
  .oneof(
    fc.string({ unit: 'binary', minLength: 1, maxLength: 60 }),
    fc
      .array(
        fc.constantFrom(
          '.',
          '..',
          '/',
          '\\',
          ':',
          '%2F',
          '%2e',
          '%',
          '?',
          '#',
          '@',
          '&',
          '=',
          'a',
          'é',
          ';',
          ' ',
          '\t',
        ),
        {
          minLength: 1,
          maxLength: 8,
        },
      )
      .map((parts) => parts.join('')),
  )
  .filter((text) => findKeyFault(text) === null)

describe('compileTemplate', () => {
  it.each([
    ['http://h/p/{1}', 'users:42', 'http://h/p/42'],
    ['http://h/{0}/{1}/{2}', 'users:42:profile', 'http://h/users/42/profile'],
    ['http://h/{rest}', 'users:42:profile', 'http://h/42%3Aprofile'],
    ['http://h/{key}', 'users:42', 'http://h/users%3A42'],
    ['http://h/{0}/{1}', 'plain', 'http://h/default/plain'],
    ['http://h/{rest}', 'plain', 'http://h/plain'],
    ['http://h/?id={1}&all={key}', 'a:b&c=d', 'http://h/?id=b%26c%3Dd&all=a%3Ab%26c%3Dd'],
    ['http://h/{1}', 'pages:/blog/x', 'http://h/%2Fblog%2Fx'],
    ['http://h/{1}', "n:it's (a) *test*!", 'http://h/it%27s%20%28a%29%20%2Atest%2A%21'],
    ['http://h/{1}.json', 'n:..', 'http://h/...json'],
    ['http://h/{1}', 'n:%2E%2e', 'http://h/%252E%252e'],
    ['http://h/x?dots={1}', 'n:..', 'http://h/x?dots=..'],
    ['http://H:80/a b/{1}', 'n:x', 'http://h/a%20b/x'],
    ['http://h/zplaceholder/{1}', 'n:x', 'http://h/zplaceholder/x'],
    ['http://h/zplaceholde{1}r/{1}', 'n:x', 'http://h/zplaceholdexr/x'],
  ])('%s with %s is %s', (template, key, url) => {
    expect(compileTemplate(template)(key)).toBe(url)
  })

  it.each([
    ['http://h/{1}', 'n:..'],
    ['http://h/{1}', 'n:.'],
    ['http://h/{rest}', 'n:../../admin'],
    ['http://h/{rest}', 'n:a\\..\\b'],
    ['http://h/.{1}', 'n:.'],
    ['http://h/{1}{2}', 'n:.:.'],
    ['http://h/%2e{1}', 'n:.'],
    ['http://h/{1}', 'n:'],
    ['http://h/{2}', 'n:a'],
    ['http://h/{2}', 'n:a::b'],
    ['http://h/{1}', 'n:\ud800'],
  ])('%s refuses the key %j', (template, key) => {
    expect(() => compileTemplate(template)(key)).toThrow(
      expect.objectContaining({ code: 'invalid', facts: { field: 'key' } }),
    )
  })

  it('never lets a key change scheme, host, or the number of segments and parameters', () => {
    const render = compileTemplate('http://host.example:8080/a/{key}/b/{1}?x={rest}&y={0}')
    let rendered = 0
    fc.assert(
      fc.property(key, (key) => {
        let text: string
        try {
          text = render(key)
        } catch (error) {
          expect(error).toBeInstanceOf(AppError)
          return
        }
        rendered++
        const url = new URL(text)
        expect(url.href).toBe(text)
        expect(url.origin).toBe('http://host.example:8080')
        expect(url.username + url.password + url.hash).toBe('')
        const segments = url.pathname.split('/')
        expect(segments).toHaveLength(5)
        expect(decodeURIComponent(segments[2] ?? '')).toBe(key)
        expect([...url.searchParams.keys()]).toEqual(['x', 'y'])
      }),
      { numRuns: 2_000 },
    )
    expect(rendered).toBeGreaterThan(500)
  })

  it('gives different keys different URLs', () => {
    const render = compileTemplate('http://h/{key}')
    fc.assert(
      fc.property(key, key, (a, b) => {
        fc.pre(a !== b)
        const urls = [a, b].flatMap((key) => {
          try {
            return [new URL(render(key)).href]
          } catch {
            return []
          }
        })
        expect(new Set(urls).size).toBe(urls.length)
      }),
    )
  })
})
