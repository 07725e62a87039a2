// How Vite names the address of a worker it has built.
declare module '*?worker&url' {
  const url: string
  export default url
}
