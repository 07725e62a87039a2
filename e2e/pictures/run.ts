// `npm run pictures`: takes the pictures of the documents, from the running app and from the page in any state.
// `npm run pictures -- home` takes only those with "home" in their name; `app` is all of the running app.
import { statSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { parseArgs } from 'node:util'
import { ensureBuilt } from '../../build/app-build.ts'
import { exitWith, say, withRuntime } from '../runtime/command.ts'
import { installPackages } from '../runtime/debian.ts'

const root = resolve(import.meta.dirname, '../..')
const { values: options, positionals } = parseArgs({
  options: { folder: { type: 'string', default: join(root, 'docs/pictures') } },
  allowPositionals: true,
})
const largestKb = 100
const wanted = (name: string) => positionals.length === 0 || positionals.some((part) => name.includes(part))

async function run(): Promise<number> {
  if (!(await installPackages(['pngquant'], say))) {
    say('pngquant makes the pictures small and is not there: `sudo apt-get install pngquant`')
    return 1
  }
  return withRuntime(async () => {
    await ensureBuilt(root, say)
    // Imported late: which host runs is read from the environment when these are loaded.
    const { openAlbum } = await import('./album.ts')
    const { pictureApp } = await import('./of-app.ts')
    const { pictureScenes } = await import('./of-scenes.ts')
    const album = await openAlbum(options.folder)
    try {
      // What two people meet comes in one piece.
      if (wanted('app-')) await pictureApp(album, say)
      await pictureScenes(album, { say, wanted })
    } finally {
      await album.close()
    }
    const { files, changed } = album.taken()
    const sizes = files.map((file) => ({ file, kb: statSync(join(options.folder, file)).size / 1024 }))
    const total = sizes.reduce((sum, { kb }) => sum + kb, 0)
    say(`${files.length} pictures in ${options.folder}, ${changed} of them new: ${Math.round(total)} kB`)
    const large = sizes.filter(({ kb }) => kb > largestKb)
    for (const { file, kb } of large) say(`${file} has ${Math.round(kb)} kB, more than ${largestKb}`)
    return large.length ? 1 : 0
  })
}

await exitWith(run)
