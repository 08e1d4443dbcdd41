/** Style sheets are imported for their effect on the page only; the page's bundler takes them in. */
declare module "*.css" {
  const styles: undefined;
  export default styles;
}
