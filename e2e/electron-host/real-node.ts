// Owns the path of the Node that really runs, read before boot.ts gives process.execPath Electron's meaning.
export const realNode = process.execPath
