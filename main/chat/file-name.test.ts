import fc from 'fast-check'
import { expect, test } from 'vitest'
import { cleanFileName } from './file-name.ts'

test.each([
  ['holiday.jpg', 'holiday.jpg'],
  ['été 2026 – résumé.pdf', 'été 2026 – résumé.pdf'],
  ['../../etc/passwd', '_.._etc_passwd'],
  ['C:\\Windows\\system32\\evil.dll', 'C__Windows_system32_evil.dll'],
  ['photo\u202Egpj.exe', 'photogpj.exe'],
  ['a\u0000b\nc\u2028d.txt', 'abcd.txt'],
  ['.bashrc', 'bashrc'],
  ['name. . .', 'name'],
  ['con', '_con'],
  ['LPT1.txt', '_LPT1.txt'],
  ['  ', 'file'],
  ['\u200B\u200D', 'file'],
  ['stream.txt:hidden', 'stream.txt_hidden'],
])('%j becomes %j', (foreign, name) => expect(cleanFileName(foreign)).toBe(name))

test('a long name keeps its ending and loses its middle', () => {
  const name = cleanFileName(`${'x'.repeat(300)}.docx`)
  expect(name).toMatch(/^x+…\.docx$/)
  expect(name.length).toBe(120)
})

test('whatever comes, the name is one line in one folder, and cleaning it again changes nothing', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary', maxLength: 300 }), (foreign) => {
      const name = cleanFileName(foreign)
      expect(name).not.toBe('')
      expect(name.length).toBeLessThanOrEqual(121)
      expect(name).not.toMatch(/[/\\:*?"<>|\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/u)
      expect(name).not.toMatch(/^\.|[. ]$/)
      expect(cleanFileName(name)).toBe(name)
    }),
  )
})
