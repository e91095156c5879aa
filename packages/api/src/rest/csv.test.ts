import { expect, test } from 'vitest'
import { csvLine } from './csv.ts'

test.each<[unknown[], string]>([
  [['a', 'b'], 'a,b\r\n'],
  [['a,b', 'say "x"', 'two\nlines'], '"a,b","say ""x""","two\nlines"\r\n'],
  [[null, undefined, '', 5, -5], ',,,5,-5\r\n'],
  [[{ a: 1 }, ['x', 'y']], '"{""a"":1}","[""x"",""y""]"\r\n'],
  [['=1+1', '+1', '-1', '@x', '\tx', '=a,b'], `'=1+1,'+1,'-1,'@x,'\tx,"'=a,b"\r\n`],
])('%j', (values, line) => {
  expect(csvLine(values)).toBe(line)
})
