// What Vite knows beside modules: the address of a worker it has built, and all modules that fit a pattern.
declare module '*?worker&url' {
  const url: string
  export default url
}

interface ImportMeta {
  /** Every module that fits, by its path; built into the page. */
  glob<Module>(
    pattern: string,
    how: { readonly eager: true; readonly import: 'default' },
  ): Record<string, Module>
}
