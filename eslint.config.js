import js from '@eslint/js'
import vue from 'eslint-plugin-vue'
import globals from 'globals'
import ts from 'typescript-eslint'

/** Each adapter is the only importer of its package; everybody else goes through it. */
const adapters = [
  ['simple-peer', 'renderer/media/peer-link.ts'],
  ['socket.io-client', 'main/signaling/signaling-client.ts'],
  ['electron-store', 'main/settings.ts'],
  ['jsqr', 'renderer/media/qr-reader.ts'],
]
const onlyImporters = adapters.map(([name, file]) => ({
  name,
  message: `Only ${file} imports ${name}.`,
}))

/** SECURITY: the code that makes and reads keys may import this list and nothing else. */
const cryptoOnly = {
  patterns: [{ regex: '^(?!\\.{1,2}/|@noble/)', message: 'sp1 imports itself and @noble/* only.' }],
}

export default ts.config(
  {
    ignores: [
      'out/',
      'dist/',
      '.types/',
      'test-results/',
      'playwright-report/',
      'reports/',
      '.stryker-tmp/',
      'node_modules/',
    ],
  },
  js.configs.recommended,
  ...ts.configs.strict,
  ...vue.configs['flat/recommended'],
  {
    files: ['**/*.vue'],
    languageOptions: { parserOptions: { parser: ts.parser }, globals: globals.browser },
    rules: {
      'vue/no-v-html': 'error',
      'vue/multi-word-component-names': 'off',
      // Layout is prettier's.
      'vue/max-attributes-per-line': 'off',
      'vue/singleline-html-element-content-newline': 'off',
      'vue/html-self-closing': 'off',
      'vue/html-indent': 'off',
      'vue/html-closing-bracket-newline': 'off',
      'vue/multiline-html-element-content-newline': 'off',
    },
  },
  {
    rules: {
      'no-restricted-imports': ['error', { paths: onlyImporters }],
      'no-console': 'off',
      eqeqeq: ['error', 'always'],
      '@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_', varsIgnorePattern: '^_' }],
    },
  },
  {
    files: ['sp1/**/*.ts'],
    ignores: ['**/*.test.ts'],
    rules: { 'no-restricted-imports': ['error', cryptoOnly] },
  },
  {
    // A bare handler would miss the sender check and the schema.
    files: ['main/**/*.ts'],
    ignores: ['main/ipc-server.ts', '**/*.test.ts'],
    rules: {
      'no-restricted-syntax': [
        'error',
        { selector: "Identifier[name='ipcMain']", message: 'Requests go through main/ipc-server.' },
      ],
    },
  },
  {
    // The only importers themselves, and the tests and servers that need the other end of a wire.
    files: [...adapters.map(([, file]) => file), '**/*.test.ts', 'e2e/**', 'bench/**'],
    rules: { 'no-restricted-imports': 'off' },
  },
  { files: ['**/*.{js,cjs,mjs}'], languageOptions: { globals: globals.node } },
  { files: ['**/*.cjs'], rules: { '@typescript-eslint/no-require-imports': 'off' } },
  { files: ['**/*.test.ts', 'e2e/**'], rules: { '@typescript-eslint/no-non-null-assertion': 'off' } },
)
